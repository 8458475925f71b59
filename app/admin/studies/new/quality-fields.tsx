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
        text="Items whose right answer is known, with feedback after each answer, before the real ones."
      >
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Training items"
            help="0 leaves the round out. See the note on known answers below."
            control={control}
            name="trainingItems"
          />
          <FormNumberField
            codec={words}
            label="Right answers needed"
            optional
            unit="%"
            help="Who is shown to have fewer, beyond chance, is thanked and sent away. Empty: everybody goes on."
            control={control}
            name="qualificationPercent"
          />
        </div>
      </FieldGroup>
      <FieldGroup
        title="Checks on the way"
        text="They look like any other item and do not count as votes. Excluded raters' answers are kept and flagged."
      >
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Gold items per rater"
            help="Known answers among the other items. See the note below."
            control={control}
            name="goldItems"
          />
          <FormNumberField
            codec={words}
            label="Exclude below"
            optional
            unit="% right"
            help="As soon as the 95% interval of a rater’s share lies below. Ten items find most careless raters. Empty: nobody is excluded by them."
            control={control}
            name="goldPercent"
          />
          <FormNumberField
            codec={words}
            label="Attention checks per rater"
            help="The caption asks for one particular answer."
            control={control}
            name="attentionChecks"
          />
          <FormNumberField
            codec={words}
            label="Exclude after failing"
            optional
            unit="checks"
            help="Empty: nobody is excluded by them."
            control={control}
            name="failedAttention"
          />
          <FormNumberField
            codec={words}
            label="Repeated items per rater"
            help="The same pictures again with their places swapped: is the answer the same?"
            control={control}
            name="repeats"
          />
        </div>
        <Notice title="Which questions can have known answers">
          For caption similarity they are made from the photographs: an image’s own caption fits it. For
          photorealism and questions of your own, in pairs, on a scale or as a ranking, you pick the images
          and the right answers on the page “Checks” of the saved draft. Then change the draft and say how
          many each rater gets. Attention checks and repeats fit every question that can carry them.
        </Notice>
      </FieldGroup>
    </>
  );
}

export function RecruitingFields({ state }: { state: StudyFormState }) {
  const { control } = state;
  return (
    <>
      <FieldGroup title="Into the study">
        <FormTextArea
          label="Consent text"
          optional
          help="Raters agree to it before the first item. Empty: they are not asked."
          control={control}
          name="consentText"
        />
      </FieldGroup>
      <FieldGroup
        title="Ways out"
        text="A code to copy, an address to go to, or both, for each way in which a rater can leave. Raters see them."
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
      <FieldGroup title="Handing out" text="Who gets which item, and for how long.">
        <FormCheckbox
          label="Choose pairs actively"
          help="Pairs of arms whose next answer tells most come more often. Otherwise all come equally often."
          control={control}
          name="active"
        />
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Lease"
            unit="s"
            help="An item left alone for so long goes to somebody else."
            control={control}
            name="leaseSeconds"
          />
          <FormNumberField
            codec={words}
            label="Seed"
            help="Of the random choices: captions, checks, places, resampling."
            control={control}
            name="seed"
          />
        </div>
      </FieldGroup>
      <FieldGroup
        title="Stopping early"
        text="Looking again and again at ordinary intervals finds differences that are not there. This rule uses intervals that stay right however often one looks."
      >
        <FormCheckbox
          label="Close the study as soon as the arms are told apart"
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
              label="Expected end"
              unit="votes"
              help="Where the interval is made tightest."
              control={control}
              name="stopVotes"
            />
          </div>
        ) : null}
      </FieldGroup>
    </>
  );
}
