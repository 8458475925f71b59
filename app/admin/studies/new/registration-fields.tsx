/** What the study commits itself to: the comparison that decides, and what a registration says beside the design. */
"use client";

import { FieldGroup, NumberField, SelectField, TextAreaField, TextField } from "@/components/field";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { armName, askedKeys, chosenSources, primaryPair } from "./study-values";
import type { StudyFormState } from "./use-study-form";

export function PrimaryFields({ state, sources }: { state: StudyFormState; sources: ArmSource[] }) {
  const { values, text } = state;
  const asked = askedKeys(values);
  const chosen = chosenSources(values, sources);
  const pair = primaryPair(values, sources);
  const current = asked.find((key) => key === values.primaryQuestion) ?? "";
  const pairs = chosen.flatMap((first, index) =>
    chosen
      .slice(index + 1)
      // A design made elsewhere may name the two the other way round.
      .map((second) =>
        pair?.[0] === second && pair[1] === first ? ([second, first] as const) : ([first, second] as const),
      ),
  );
  return (
    <FieldGroup
      title="Primary comparison"
      text="The one result that decides, chosen before the first answer. Everything else that the study shows is labelled exploratory."
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <SelectField
          label="Primary question"
          {...text("primaryQuestion", "primary.question")}
          value={current}
        >
          <option value="">None: the whole study is exploratory</option>
          {asked.map((key) => (
            <option key={key} value={key}>
              {String(values[`question ${key}`] ?? "") || key.replaceAll("-", " ")}
            </option>
          ))}
        </SelectField>
        {current !== "" && chosen.length > 2 ? (
          <SelectField
            label="Primary pair of arms"
            {...text("primaryPair", "primary.arms")}
            value={pair ? pair.map(({ id }) => id).join(" ") : ""}
          >
            <option value="">Choose two arms</option>
            {pairs.map(([first, second]) => (
              <option key={`${first.id} ${second.id}`} value={`${first.id} ${second.id}`}>
                {armName(values, first)} and {armName(values, second)}
              </option>
            ))}
          </SelectField>
        ) : null}
      </div>
    </FieldGroup>
  );
}

export function RegistrationFields({ state }: { state: StudyFormState }) {
  const { text } = state;
  const field = (name: string) => text(name, `registration.${name}`);
  return (
    <FieldGroup
      title="What was planned"
      text="The rest of the registration follows from the design. It is fixed and hashed when the study opens, and can be taken as a text for OSF or AsPredicted from the study’s page."
    >
      <TextAreaField
        label="Hypothesis"
        optional
        help="What you expect of the primary comparison, and why."
        {...field("hypothesis")}
      />
      <TextAreaField
        label="Exclusions by hand"
        optional
        help="On what grounds a person may exclude a rater. Empty: on none."
        {...field("exclusionsByHand")}
      />
      <TextField
        label="Source of the raters"
        optional
        help="For instance: Prolific, fluent in English, paid 9 pounds an hour."
        {...field("raterSource")}
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <NumberField
          label="Number of raters"
          optional
          help="Empty: as many as the answers need."
          {...field("raterCount")}
        />
        <TextField
          label="End date"
          optional
          type="date"
          help="Last day on which answers are taken, in UTC."
          {...field("endDate")}
        />
        <SelectField label="Flagged raters" {...field("flaggedRaters")}>
          <option value="counted">Count in the results</option>
          <option value="left-out">Are left out of them</option>
        </SelectField>
      </div>
    </FieldGroup>
  );
}
