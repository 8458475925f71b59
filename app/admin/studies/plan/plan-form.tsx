/** The planner's questions and its answer. */
"use client";

import { useState } from "react";
import { FieldGroup } from "@/components/field";
import { number, orNull, percent } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import { FormNumberField, FormSelect } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { type PlanQuestion, planQuestion } from "@/lib/studies/planner/plan-question";
import type { PlanAnswer } from "@/lib/studies/planner/plan-study";
import { planAction } from "../actions";
import { PlanResult } from "./plan-result";

export function PlanForm() {
  const [answer, setAnswer] = useState<{ question: PlanQuestion; answer: PlanAnswer } | null>(null);
  const form = useActionForm({
    schema: planQuestion,
    defaultValues: planQuestion.parse({}),
    submit: planAction,
    onSuccess: setAnswer,
  });
  const { control } = form;
  return (
    <div className="grid gap-9">
      <form {...form.element} className="grid gap-9">
        <FieldGroup
          title="The difference"
          text="A win rate of 60% means: of ten comparisons the better arm wins six, over all captions and raters, equal answers counting half."
        >
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              label="Smallest win rate that matters"
              unit="%"
              help="Smaller ones need many more answers."
              control={control}
              name="winRate"
              codec={percent}
            />
            <FormNumberField
              label="Power"
              unit="%"
              help="How often the study should tell these two arms apart if the difference is there, adjusted for all pairs of arms."
              control={control}
              name="power"
              codec={percent}
            />
          </div>
        </FieldGroup>
        <FieldGroup title="The study" text="What there is to compare, and how many people can be asked.">
          <div className="grid gap-5 sm:grid-cols-3">
            <FormNumberField label="Arms" control={control} name="arms" />
            <FormNumberField label="Captions" control={control} name="captions" />
            <FormNumberField label="Raters" control={control} name="raters" />
          </div>
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              label="Raters per item"
              optional
              help="Empty: the fewest that suffice are found. With a number: what that budget will show."
              control={control}
              name="votesPerItem"
              codec={orNull(number)}
            />
            <FormNumberField
              label="Opponents of an arm"
              optional
              help="How many others each arm meets for a caption. Empty: all of them."
              control={control}
              name="opponents"
              codec={orNull(number)}
            />
          </div>
        </FieldGroup>
        <FieldGroup title="Assumptions" text="Keep them if in doubt.">
          <FormSelect label="How much captions and raters differ" control={control} name="effects">
            <option value="small">Little: similar captions, raters who agree</option>
            <option value="usual">As usual</option>
            <option value="large">Much: very different captions, matters of taste</option>
          </FormSelect>
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              label="Equal answers"
              unit="%"
              help="Of comparisons between arms that are equally good."
              control={control}
              name="tieShare"
              codec={percent}
            />
            <FormNumberField
              label="“Neither fits”"
              unit="%"
              help="Of all answers about arms that are equally good. They say nothing of which is better."
              control={control}
              name="neitherShare"
              codec={percent}
            />
            <FormNumberField
              label="Raters who leave early"
              unit="%"
              help="They answer half of their items on average."
              control={control}
              name="dropout"
              codec={percent}
            />
            <FormNumberField
              label="Raters who are excluded"
              unit="%"
              help="Others give their answers again."
              control={control}
              name="excluded"
              codec={percent}
            />
            <FormNumberField label="Time per answer" unit="s" control={control} name="secondsPerAnswer" />
          </div>
        </FieldGroup>
        <FormEnd form={form} label="Simulate" />
      </form>
      <div aria-live="polite" className="lg:ps-[18.5rem]">
        {answer ? <PlanResult {...answer} /> : null}
      </div>
    </div>
  );
}
