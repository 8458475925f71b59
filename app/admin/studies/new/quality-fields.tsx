/** Folded parts of the study form: checks of the raters, how they come in and out, and finer settings. */
"use client";

import type { ReactNode } from "react";
import { FieldGroup } from "@/components/field";
import { words } from "@/components/form/codecs";
import {
  FormCheckbox,
  FormNumberField,
  FormSelect,
  FormTextArea,
  FormTextField,
} from "@/components/form/form-fields";
import { Notice } from "@/components/notice";
import { endingTexts } from "@/lib/studies/design/design-to-text";
import { endingNames } from "@/lib/studies/design/endings";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { armName, chosenSources } from "./study-values";
import type { StudyFormState } from "./use-study-form";

export function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className="border-t pt-7">
      <summary className="w-fit rounded-sm font-serif text-xl">{title}</summary>
      <div className="mt-7 grid gap-9">{children}</div>
    </details>
  );
}

export function QualityFields({ state }: { state: StudyFormState }) {
  const { control } = state;
  return (
    <>
      <FieldGroup
        title="Training round"
        text="Items with a known correct answer, shown first, with feedback after each answer."
      >
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Training items"
            help="0 for no training round. See the note on known answers below."
            control={control}
            name="trainingItems"
          />
          <FormNumberField
            codec={words}
            label="Correct answers needed"
            optional
            unit="%"
            help="Raters with significantly fewer correct answers do not qualify and cannot continue. Leave empty to let everybody continue."
            control={control}
            name="qualificationPercent"
          />
        </div>
      </FieldGroup>
      <FieldGroup
        title="Checks during the study"
        text="Checks look like any other item and do not count as votes. Excluded raters’ answers are kept and marked."
      >
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Gold items per rater"
            help="Items with a known answer, among the others. See the note below."
            control={control}
            name="goldItems"
          />
          <FormNumberField
            codec={words}
            label="Exclude below"
            optional
            unit="% right"
            help="A rater is excluded when the 95% interval of their share of correct answers is below this. Ten items catch most careless raters. Leave empty to exclude nobody."
            control={control}
            name="goldPercent"
          />
          <FormNumberField
            codec={words}
            label="Attention checks per rater"
            help="The caption asks for a particular answer."
            control={control}
            name="attentionChecks"
          />
          <FormNumberField
            codec={words}
            label="Exclude after failing"
            optional
            unit="checks"
            help="Leave empty to exclude nobody."
            control={control}
            name="failedAttention"
          />
          <FormNumberField
            codec={words}
            label="Repeated items per rater"
            help="The same images again, in reverse order, to see whether the answer is the same."
            control={control}
            name="repeats"
          />
        </div>
        <Notice title="Which questions can have known answers">
          For caption similarity they are made from the photographs, because a photograph matches its own
          caption. For photorealism and your own questions, pick images and correct answers on the page
          “Checks” of the saved draft, then change the draft to set how many each rater gets. Attention checks
          work for pairs and scales, and repeats for everything except scales.
        </Notice>
      </FieldGroup>
    </>
  );
}

export function RecruitingFields({ state }: { state: StudyFormState }) {
  const { control } = state;
  return (
    <>
      <FieldGroup title="Entering the study">
        <FormTextArea
          label="Consent text"
          optional
          help="Raters must agree to it before the first item. Leave empty to ask for no consent."
          control={control}
          name="consentText"
        />
      </FieldGroup>
      <FieldGroup
        title="Endings"
        text="For each way in which a rater can leave: a code to copy, a URL to return to, or both. Raters see them."
      >
        {endingNames.map((name) => (
          <fieldset key={name} className="grid gap-2">
            <legend className="text-sm font-semibold">{endingTexts[name].label}</legend>
            <p className="text-[0.8125rem] leading-snug text-muted">{endingTexts[name].text}</p>
            <div className="grid gap-3 sm:grid-cols-[minmax(0,1fr)_minmax(0,2fr)]">
              <FormTextField label="Code" optional control={control} name={`endCode ${name}`} />
              <FormTextField
                label="Address"
                optional
                placeholder="https://"
                control={control}
                name={`endUrl ${name}`}
              />
            </div>
          </fieldset>
        ))}
      </FieldGroup>
    </>
  );
}

export function FinerFields({ state, sources }: { state: StudyFormState; sources: ArmSource[] }) {
  const { control, values } = state;
  const names = chosenSources(values, sources).map((source) => armName(values, source));
  const pairs = names.flatMap((first, index) =>
    names
      .slice(index + 1)
      // A design made elsewhere may name the two the other way round, which means the same.
      .map((second) =>
        values.stopArms === `${second}\n${first}` ? ([second, first] as const) : ([first, second] as const),
      ),
  );
  return (
    <>
      <FieldGroup title="Assignment" text="Who gets which item, and for how long.">
        <FormCheckbox
          label="Choose pairs actively"
          help="Pairs of arms whose next answer is most informative come more often. Otherwise all pairs come equally often."
          control={control}
          name="active"
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Lease"
            unit="s"
            help="After this time, an unanswered item goes to another rater."
            control={control}
            name="leaseSeconds"
          />
          <FormNumberField
            codec={words}
            label="Seed"
            help="For random choices: captions, checks, placements, resampling."
            control={control}
            name="seed"
          />
        </div>
      </FieldGroup>
      <FieldGroup
        title="Stopping early"
        text="Checking ordinary intervals repeatedly finds differences that do not exist. This rule uses intervals that stay valid however often you look."
      >
        <FormCheckbox
          label="Close the study as soon as the arms are separated"
          control={control}
          name="stops"
        />
        {values.stops === true ? (
          <div className="grid gap-5 sm:grid-cols-2">
            <FormSelect label="Which arms" control={control} name="stopArms">
              <option value="all">Every pair of arms</option>
              {pairs.map(([first, second]) => (
                <option key={`${first}\n${second}`} value={`${first}\n${second}`}>
                  {first} and {second}
                </option>
              ))}
            </FormSelect>
            <FormNumberField
              codec={words}
              label="Expected number of votes"
              unit="votes"
              help="The interval is narrowest at this number."
              control={control}
              name="stopVotes"
            />
          </div>
        ) : null}
      </FieldGroup>
    </>
  );
}
