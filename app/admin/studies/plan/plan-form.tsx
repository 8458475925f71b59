/** The planner's questions and its answer. */
"use client";

import { useState } from "react";
import { Button } from "@/components/button";
import { FieldGroup, NumberField, SelectField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { typedNumber } from "@/components/typed-number";
import { useForm } from "@/components/use-form";
import { type PlanQuestion, planQuestion, usualSecondsPerAnswer } from "@/lib/studies/planner/plan-question";
import type { PlanAnswer } from "@/lib/studies/planner/plan-study";
import { planAction } from "../actions";
import { PlanResult } from "./plan-result";

type Values = Record<
  | "arms"
  | "opponents"
  | "captions"
  | "raters"
  | "winRate"
  | "power"
  | "tieShare"
  | "neitherShare"
  | "dropout"
  | "excluded"
  | "effects"
  | "votesPerItem"
  | "seconds",
  string
>;

function toQuestion(values: Values) {
  return {
    arms: typedNumber(values.arms),
    opponents: values.opponents.trim() === "" ? null : typedNumber(values.opponents),
    captions: typedNumber(values.captions),
    raters: typedNumber(values.raters),
    winRate: typedNumber(values.winRate) / 100,
    power: typedNumber(values.power) / 100,
    tieShare: typedNumber(values.tieShare) / 100,
    neitherShare: typedNumber(values.neitherShare) / 100,
    dropout: typedNumber(values.dropout) / 100,
    excluded: typedNumber(values.excluded) / 100,
    effects: values.effects as PlanQuestion["effects"],
    votesPerItem: values.votesPerItem.trim() === "" ? null : typedNumber(values.votesPerItem),
    secondsPerAnswer: typedNumber(values.seconds),
  };
}

export function PlanForm() {
  const [answer, setAnswer] = useState<{ question: PlanQuestion; answer: PlanAnswer } | null>(null);
  const { form, text, pending, failure } = useForm({
    schema: planQuestion,
    initial: {
      arms: "3",
      opponents: "",
      captions: "100",
      raters: "30",
      winRate: "60",
      power: "80",
      tieShare: "20",
      neitherShare: "0",
      dropout: "0",
      excluded: "0",
      effects: "usual",
      votesPerItem: "",
      seconds: String(usualSecondsPerAnswer),
    },
    toInput: toQuestion,
    submit: planAction,
    onSuccess: setAnswer,
  });
  return (
    <div className="grid gap-9">
      <form {...form} className="grid gap-9">
        <FieldGroup
          title="The difference"
          text="A win rate of 60% means: of ten comparisons the better arm wins six, over all captions and raters, equal answers counting half."
        >
          <div className="grid gap-5 sm:grid-cols-2">
            <NumberField
              label="Smallest win rate that matters"
              unit="%"
              help="Smaller ones need many more answers."
              {...text("winRate")}
            />
            <NumberField
              label="Power"
              unit="%"
              help="How often the study should tell these two arms apart if the difference is there, adjusted for all pairs of arms."
              {...text("power")}
            />
          </div>
        </FieldGroup>
        <FieldGroup title="The study" text="What there is to compare, and how many people can be asked.">
          <div className="grid gap-5 sm:grid-cols-3">
            <NumberField label="Arms" {...text("arms")} />
            <NumberField label="Captions" {...text("captions")} />
            <NumberField label="Raters" {...text("raters")} />
          </div>
          <div className="grid gap-5 sm:grid-cols-2">
            <NumberField
              label="Raters per item"
              optional
              help="Empty: the fewest that suffice are found. With a number: what that budget will show."
              {...text("votesPerItem")}
            />
            <NumberField
              label="Opponents of an arm"
              optional
              help="How many others each arm meets for a caption. Empty: all of them."
              {...text("opponents")}
            />
          </div>
        </FieldGroup>
        <FieldGroup title="Assumptions" text="Keep them if in doubt.">
          <SelectField label="How much captions and raters differ" {...text("effects")}>
            <option value="small">Little: similar captions, raters who agree</option>
            <option value="usual">As usual</option>
            <option value="large">Much: very different captions, matters of taste</option>
          </SelectField>
          <div className="grid gap-5 sm:grid-cols-2">
            <NumberField
              label="Equal answers"
              unit="%"
              help="Of comparisons between arms that are equally good."
              {...text("tieShare")}
            />
            <NumberField
              label="“Neither fits”"
              unit="%"
              help="Of all answers about arms that are equally good. They say nothing of which is better."
              {...text("neitherShare")}
            />
            <NumberField
              label="Raters who leave early"
              unit="%"
              help="They answer half of their items on average."
              {...text("dropout")}
            />
            <NumberField
              label="Raters who are excluded"
              unit="%"
              help="Others give their answers again."
              {...text("excluded")}
            />
            <NumberField label="Time per answer" unit="s" {...text("seconds", "secondsPerAnswer")} />
          </div>
        </FieldGroup>
        <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
          <FormFailure failure={failure} />
          <div>
            <Button type="submit" variant="primary" pending={pending}>
              Simulate
            </Button>
          </div>
        </div>
      </form>
      <div aria-live="polite" className="lg:ps-[18.5rem]">
        {answer ? <PlanResult {...answer} /> : null}
      </div>
    </div>
  );
}
