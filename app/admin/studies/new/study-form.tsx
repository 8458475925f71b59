/** The form behind a study's design: what most studies need on top, the rest folded away. */
"use client";

import { Button } from "@/components/button";
import { FieldGroup } from "@/components/field";
import { words } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import { FormNumberField, FormSelect, FormTextArea, FormTextField } from "@/components/form/form-fields";
import { Notice } from "@/components/notice";
import { plural } from "@/components/numbers";
import { typedNumber } from "@/components/typed-number";
import type { ArmSource } from "@/lib/studies/design/list-arm-sources";
import { usualSecondsPerAnswer } from "@/lib/studies/planner/plan-question";
import { ArmFields } from "./arm-fields";
import { FinerFields, Fold, QualityFields, RecruitingFields } from "./quality-fields";
import { QuestionFields } from "./question-fields";
import { PrimaryFields, RegistrationFields } from "./registration-fields";
import { designToText, fittingChecks, type StudyValues } from "./study-values";
import { type StudyFormState, useStudyForm } from "./use-study-form";

export function StudyForm({
  sources,
  initial,
  draftId,
}: {
  sources: ArmSource[];
  initial: StudyValues;
  /** The draft that is changed; null where a study is made. */
  draftId: string | null;
}) {
  const state = useStudyForm(sources, initial, draftId);
  const { form, control, values } = state;
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup title="Study">
        <FormTextField
          label="Name"
          help="Raters see it when they open the link."
          control={control}
          name="name"
        />
        <FormTextArea
          label="Instructions"
          optional
          help="Shown before the first item, above a short default text."
          control={control}
          name="instructions"
        />
        <FormSelect label="Raters’ language" control={control} name="language" className="max-w-60">
          <option value="en">English</option>
          <option value="de">German</option>
        </FormSelect>
      </FieldGroup>
      <ArmFields state={state} sources={sources} />
      <QuestionFields state={state} />
      <PrimaryFields state={state} sources={sources} />
      <FieldGroup title="How many" text="The planner tells you how many answers you need.">
        <div className="grid gap-5 sm:grid-cols-2">
          <FormNumberField
            codec={words}
            label="Raters per item"
            help="Number of different raters who answer each item."
            control={control}
            name="ratersPerItem"
          />
          <FormNumberField
            codec={words}
            label="Items per rater"
            help={`At most this many.${minutesText(typedNumber(String(values.itemsPerRater)))}`}
            control={control}
            name="itemsPerRater"
          />
          <FormNumberField
            codec={words}
            label="Opponents of an arm"
            optional
            help="For pairs: how many others each arm is compared with per caption. Leave empty for all. With many arms, 4 keeps the study small."
            control={control}
            name="opponents"
          />
        </div>
        <Notice title={designToText(values, sources)} />
      </FieldGroup>
      <Fold title="Registration">
        <RegistrationFields state={state} />
      </Fold>
      <Fold title="Quality control">
        <QualityFields state={state} />
      </Fold>
      <Fold title="Recruiting and consent">
        <RecruitingFields state={state} />
      </Fold>
      <Fold title="Advanced settings">
        <FinerFields state={state} sources={sources} />
      </Fold>
      <FormEnd
        form={form}
        label="Save draft"
        back={draftId === null ? "/admin/studies" : `/admin/studies/${draftId}`}
      >
        <PickedChecksFault state={state} />
      </FormEnd>
    </form>
  );
}

/** Checks that were picked for a question which is asked no more, or in another way. */
function PickedChecksFault({ state: { values, set, error } }: { state: StudyFormState }) {
  const message = error("checks");
  return (
    <>
      <fieldset name="checks" hidden />
      {message ? (
        <Notice kind="error" title={`Some picked checks do not match the questions. ${message}`}>
          <p>Restore the questions, or remove these checks.</p>
          <Button size="sm" className="mt-2" onClick={() => set("checks", fittingChecks(values))}>
            Remove them
          </Button>
        </Notice>
      ) : null}
    </>
  );
}

/** As the planner reckons, before anybody has been timed. */
function minutesText(items: number): string {
  if (!Number.isFinite(items) || items < 1) return "";
  const minutes = Math.ceil((items * usualSecondsPerAnswer) / 60);
  return ` At ${usualSecondsPerAnswer} seconds each, they take about ${plural(minutes, "minute", "minutes")}.`;
}
