/** The fields for the correct answer of a check, as its question type declares them. */
"use client";

import { CheckboxField, ChoiceField, SelectField } from "@/components/field";
import type { RightAnswerField } from "@/lib/questions/question-type";

/** What is chosen, by the fields' names. */
export type TypedRight = Readonly<Record<string, readonly string[]>>;

export function RightAnswerFields({
  fields,
  typed,
  onChange,
}: {
  fields: readonly RightAnswerField[];
  typed: TypedRight;
  onChange: (typed: TypedRight) => void;
}) {
  const control = (field: RightAnswerField) => (
    <RightAnswer
      key={field.name}
      field={field}
      chosen={typed[field.name] ?? []}
      onChange={(chosen) => onChange({ ...typed, [field.name]: chosen })}
    />
  );
  const [only] = fields;
  if (fields.length === 1) return control(only!);
  return (
    <fieldset className={`grid gap-5 ${fields.length === 2 ? "sm:grid-cols-2" : "sm:grid-cols-3"}`}>
      <legend className="mb-1.5 text-sm font-semibold">Correct answer</legend>
      {fields.map(control)}
    </fieldset>
  );
}

function RightAnswer({
  field: { name, label, several, open, choices },
  chosen,
  onChange,
}: {
  field: RightAnswerField;
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}) {
  if (several) {
    return (
      <fieldset className="grid gap-2">
        <legend className="mb-1.5 text-sm font-semibold">{label}</legend>
        <div className="flex flex-wrap gap-x-6 gap-y-2">
          {choices.map((choice) => (
            <CheckboxField
              key={choice.value}
              label={choice.label}
              checked={chosen.includes(choice.value)}
              onChange={(event) =>
                onChange(
                  event.target.checked
                    ? [...chosen, choice.value]
                    : chosen.filter((other) => other !== choice.value),
                )
              }
            />
          ))}
        </div>
      </fieldset>
    );
  }
  if (open) {
    return (
      <ChoiceField
        legend={label}
        name={`answer ${name}`}
        value={chosen[0] ?? ""}
        onChange={(value) => onChange([value])}
        choices={choices.map((choice) => ({ value: choice.value, title: choice.label }))}
      />
    );
  }
  return (
    <SelectField
      label={label}
      value={chosen[0] ?? ""}
      onChange={(event) => onChange(event.target.value === "" ? [] : [event.target.value])}
    >
      <option value="">Choose</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </SelectField>
  );
}
