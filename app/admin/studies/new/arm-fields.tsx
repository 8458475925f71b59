/** What is compared: sources to tick, each with the name that the leaderboard shows. */
"use client";

import { CheckboxField, FieldGroup, NumberField, SelectField, TextField } from "@/components/field";
import { Notice } from "@/components/notice";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { armName, chosenSources } from "./study-values";
import { type StudyFormState, typed } from "./use-study-form";

export function ArmFields({ state, sources }: { state: StudyFormState; sources: ArmSource[] }) {
  const { values, checkbox, error, text } = state;
  const chosen = chosenSources(values, sources);
  const tooFew = chosen.length < 2 ? error("arms") : undefined;
  const counted = values.captionChoice === "first" || values.captionChoice === "random";
  return (
    <>
      <FieldGroup
        title="Arms"
        text="What is compared. The real photographs may be one of them: raters are never told which is which."
      >
        {tooFew ? <Notice kind="error" title={tooFew} /> : null}
        <fieldset className="grid gap-4">
          <legend className="sr-only">Arms</legend>
          {sources.map((source) => {
            const index = chosen.indexOf(source);
            return (
              <div key={source.id} className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
                <CheckboxField
                  {...checkbox(`arm ${source.id}`)}
                  label={source.name}
                  help={`${source.kind === "dataset" ? "Photographs" : "Sample set"}, ${source.pictureCount} pictures`}
                />
                {index >= 0 ? (
                  <TextField
                    label="Name on the leaderboard"
                    {...text(`armName ${source.id}`, `arms.${index}.name`)}
                    value={armName(values, source)}
                  />
                ) : null}
              </div>
            );
          })}
        </fieldset>
      </FieldGroup>
      <FieldGroup title="Captions" text="Only captions that every arm has a picture for can be asked about.">
        <div className="grid gap-5 sm:grid-cols-2">
          <SelectField label="Which captions" {...text("captionChoice")}>
            <option value="all">All that the arms share</option>
            <option value="random">A random choice</option>
            <option value="first">The first ones</option>
            <option value="containing">Those that contain a word or phrase</option>
          </SelectField>
          {counted ? (
            <NumberField label="How many captions" {...text("captionCount", "captionChoice.count")} />
          ) : null}
          {values.captionChoice === "containing" ? (
            <TextField label="Word or phrase" {...typed(state, "captionText", "captionChoice.text")} />
          ) : null}
        </div>
      </FieldGroup>
    </>
  );
}
