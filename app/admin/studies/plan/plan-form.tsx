/** The planner's questions and its answer. */
"use client";

import { useEffect, useRef, useState } from "react";
import { FieldGroup } from "@/components/field";
import { number, orNull, percent } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import { FormNumberField, FormSelect } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { ProgressBar } from "@/components/progress-bar";
import { type PlanQuestion, planQuestion } from "@/lib/studies/planner/plan-question";
import type { PlanAnswer } from "@/lib/studies/planner/plan-study";
import { PlanResult } from "./plan-result";
import { requestPlan } from "./request-plan";

export function PlanForm() {
  const [answer, setAnswer] = useState<{ question: PlanQuestion; answer: PlanAnswer } | null>(null);
  /** Null: nothing is being simulated; else how far it has come, null while it waits for its turn. */
  const [progress, setProgress] = useState<{ share: number | null } | null>(null);
  const stopping = useRef<AbortController | null>(null);
  // Nobody waits for it on another page.
  useEffect(() => () => stopping.current?.abort(), []);
  const form = useActionForm({
    schema: planQuestion,
    defaultValues: planQuestion.parse({}),
    submit: async (question) => {
      const stop = new AbortController();
      stopping.current = stop;
      setProgress({ share: null });
      try {
        return await requestPlan(question, {
          signal: stop.signal,
          onProgress: (share) => setProgress({ share }),
        });
      } finally {
        setProgress(null);
      }
    },
    onSuccess: (value, question) => setAnswer({ question: planQuestion.parse(question), answer: value }),
  });
  const { control } = form;
  return (
    <div className="grid gap-9">
      <form {...form.element} className="grid gap-9">
        <FieldGroup
          title="The difference"
          text="A win rate of 60% means that the better arm wins six of ten comparisons, over all captions and raters. Ties count half."
        >
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              label="Smallest win rate that matters"
              unit="%"
              help="Smaller differences need many more answers."
              control={control}
              name="winRate"
              codec={percent}
            />
            <FormNumberField
              label="Power"
              unit="%"
              help="How often the study should detect this difference if it exists, adjusted for all pairs of arms."
              control={control}
              name="power"
              codec={percent}
            />
          </div>
        </FieldGroup>
        <FieldGroup title="The study" text="What you compare, and how many raters are available.">
          <div className="grid gap-5 sm:grid-cols-3">
            <FormNumberField label="Arms" control={control} name="arms" />
            <FormNumberField label="Captions" control={control} name="captions" />
            <FormNumberField label="Raters" control={control} name="raters" />
          </div>
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              label="Raters per item"
              optional
              help="Leave empty to find the smallest sufficient number. Enter a number to see its power."
              control={control}
              name="votesPerItem"
              codec={orNull(number)}
            />
            <FormNumberField
              label="Opponents of an arm"
              optional
              help="How many others each arm is compared with per caption. Leave empty for all."
              control={control}
              name="opponents"
              codec={orNull(number)}
            />
          </div>
        </FieldGroup>
        <FieldGroup title="Assumptions" text="Keep the defaults if in doubt.">
          <FormSelect label="How much captions and raters differ" control={control} name="effects">
            <option value="small">Little: similar captions, raters who agree</option>
            <option value="usual">Typical</option>
            <option value="large">A lot: very different captions, a matter of taste</option>
          </FormSelect>
          <div className="grid gap-5 sm:grid-cols-2">
            <FormNumberField
              label="Ties"
              unit="%"
              help="Share of comparisons of equally good arms that end in a tie. For comparisons in seven steps: share of “equally good”."
              control={control}
              name="tieShare"
              codec={percent}
            />
            <FormNumberField
              label="“Neither fits”"
              unit="%"
              help="Share of answers when the arms are equally good. These answers do not say which is better."
              control={control}
              name="neitherShare"
              codec={percent}
            />
            <FormNumberField
              label="Share of raters who leave early"
              unit="%"
              help="On average they answer half of their items."
              control={control}
              name="dropout"
              codec={percent}
            />
            <FormNumberField
              label="Share of raters who are excluded"
              unit="%"
              help="Their answers are collected again from others."
              control={control}
              name="excluded"
              codec={percent}
            />
            <FormNumberField label="Time per answer" unit="s" control={control} name="secondsPerAnswer" />
          </div>
        </FieldGroup>
        <FormEnd form={form} label="Simulate" stop={progress ? () => stopping.current?.abort() : undefined}>
          {progress ? (
            <ProgressBar
              value={progress.share}
              label="Simulation"
              text={
                progress.share === null
                  ? "Waiting for other computations"
                  : `${Math.round(100 * progress.share)}% simulated`
              }
            />
          ) : null}
        </FormEnd>
      </form>
      <div aria-live="polite" className="lg:ps-[18.5rem]">
        {answer ? <PlanResult {...answer} /> : null}
      </div>
    </div>
  );
}
