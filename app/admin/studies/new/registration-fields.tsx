/** What the study commits itself to: the comparison that decides, and what a registration says beside the design. */
"use client";

import { FieldGroup } from "@/components/field";
import { type Codec, words } from "@/components/form/codecs";
import { FormNumberField, FormSelect, FormTextArea, FormTextField } from "@/components/form/form-fields";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { armName, askedKeys, chosenSources, primaryPair } from "./study-values";
import type { StudyFormState } from "./use-study-form";

export function PrimaryFields({ state, sources }: { state: StudyFormState; sources: ArmSource[] }) {
  const { values, control } = state;
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
      text="The one result that the study is designed for, chosen before the first answer. All other results are labelled exploratory."
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <FormSelect
          label="Primary question"
          control={control}
          name="primaryQuestion"
          codec={shownAs(current)}
        >
          <option value="">None: the whole study is exploratory</option>
          {asked.map((key) => (
            <option key={key} value={key}>
              {String(values[`question ${key}`] ?? "") || key.replaceAll("-", " ")}
            </option>
          ))}
        </FormSelect>
        {current !== "" && chosen.length > 2 ? (
          <FormSelect
            label="Primary pair of arms"
            control={control}
            name="primaryPair"
            codec={shownAs(pair ? pair.map(({ id }) => id).join(" ") : "")}
          >
            <option value="">Choose two arms</option>
            {pairs.map(([first, second]) => (
              <option key={`${first.id} ${second.id}`} value={`${first.id} ${second.id}`}>
                {armName(values, first)} and {armName(values, second)}
              </option>
            ))}
          </FormSelect>
        ) : null}
      </div>
    </FieldGroup>
  );
}

/** A choice may stand for nothing any more, or for the only one that there is. */
const shownAs = (current: string): Codec<string | boolean> => ({
  parse: (text) => text,
  format: () => current,
});

export function RegistrationFields({ state }: { state: StudyFormState }) {
  const { control } = state;
  return (
    <FieldGroup
      title="What was planned"
      text="The rest of the registration follows from the design. It is fixed and hashed when the study opens. The study’s page offers it as text for OSF or AsPredicted."
    >
      <FormTextArea
        label="Hypothesis"
        optional
        help="What you expect of the primary comparison, and why."
        control={control}
        name="hypothesis"
      />
      <FormTextArea
        label="Manual exclusions"
        optional
        help="Grounds on which a person may exclude a rater. Leave empty for none."
        control={control}
        name="exclusionsByHand"
      />
      <FormTextField
        label="Source of the raters"
        optional
        help="For example: Prolific, fluent in English, paid 9 pounds per hour."
        control={control}
        name="raterSource"
      />
      <div className="grid gap-5 sm:grid-cols-2">
        <FormNumberField
          codec={words}
          label="Number of raters"
          optional
          help="Leave empty for as many as the answers need."
          control={control}
          name="raterCount"
        />
        <FormTextField
          label="End date"
          optional
          type="date"
          help="Last day on which answers are accepted, in UTC."
          control={control}
          name="endDate"
        />
        <FormSelect label="Flagged raters" control={control} name="flaggedRaters">
          <option value="counted">Included in the results</option>
          <option value="left-out">Left out</option>
        </FormSelect>
      </div>
    </FieldGroup>
  );
}
