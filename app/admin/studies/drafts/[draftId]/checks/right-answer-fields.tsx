/** The right answer of a check, as each question type has it: a side, scores, an order, the two extremes. */
"use client";

import { CheckboxField, ChoiceField, SelectField } from "@/components/field";
import type { QuestionTypeName } from "@/lib/questions/question-types";
import { likertPoints } from "@/lib/questions/rater-answer";
import type { PickedCheck } from "@/lib/studies/design/picked-checks";

/** What is typed; images are counted from 0, "" is nothing yet. */
export type TypedAnswer = {
  pair: string;
  scores: readonly number[];
  /** Image at each rank, best first. */
  order: readonly string[];
  best: string;
  worst: string;
};

export const emptyAnswer: TypedAnswer = { pair: "", scores: [], order: [], best: "", worst: "" };

/** Null while something is missing. @param count images that were chosen */
export function toRight(
  type: QuestionTypeName,
  { pair, scores, order, best, worst }: TypedAnswer,
  count: number,
): PickedCheck["right"] | null {
  switch (type) {
    case "pair":
      if (pair === "") return null;
      return pair === "tie" || pair === "both_bad"
        ? { type: "exactly", winner: pair }
        : { type: "best", position: Number(pair) };
    case "likert":
      return scores.length === 0 ? null : { type: "scores", scores: [...scores] };
    case "ranking": {
      const named = Array.from({ length: count }, (_, rank) => order[rank] ?? "");
      return named.includes("") ? null : { type: "order", order: named.map(Number) };
    }
    case "best-worst":
      return best === "" || worst === ""
        ? null
        : { type: "best-worst", best: Number(best), worst: Number(worst) };
  }
}

export function RightAnswerFields({
  type,
  count,
  answer,
  onChange,
}: {
  type: QuestionTypeName;
  count: number;
  answer: TypedAnswer;
  onChange: (answer: TypedAnswer) => void;
}) {
  const images = Array.from({ length: count }, (_, index) => ({
    value: String(index),
    name: `Image ${index + 1}`,
  }));
  const select = (label: string, value: string, change: (value: string) => void) => (
    <SelectField key={label} label={label} value={value} onChange={(event) => change(event.target.value)}>
      <option value="">Choose</option>
      {images.map((image) => (
        <option key={image.value} value={image.value}>
          {image.name}
        </option>
      ))}
    </SelectField>
  );
  switch (type) {
    case "pair":
      return (
        <ChoiceField
          legend="Right answer"
          name="right"
          value={answer.pair}
          onChange={(pair) => onChange({ ...answer, pair })}
          choices={[
            ...images.map(({ value, name }) => ({ value, title: `${name} is better` })),
            { value: "tie", title: "Equally good" },
            { value: "both_bad", title: "Neither fits" },
          ]}
        />
      );
    case "likert":
      return (
        <fieldset className="grid gap-2">
          <legend className="mb-1.5 text-sm font-semibold">Scores that are right, of {likertPoints}</legend>
          <div className="flex flex-wrap gap-x-6 gap-y-2">
            {Array.from({ length: likertPoints }, (_, index) => index + 1).map((score) => (
              <CheckboxField
                key={score}
                label={String(score)}
                checked={answer.scores.includes(score)}
                onChange={(event) =>
                  onChange({
                    ...answer,
                    scores: event.target.checked
                      ? [...answer.scores, score].sort((a, b) => a - b)
                      : answer.scores.filter((other) => other !== score),
                  })
                }
              />
            ))}
          </div>
        </fieldset>
      );
    case "ranking":
      return (
        <fieldset className="grid gap-5 sm:grid-cols-3">
          <legend className="mb-1.5 text-sm font-semibold">Right order</legend>
          {images.map((_, rank) =>
            select(
              rank === 0 ? "Best" : rank === count - 1 ? "Worst" : `Place ${rank + 1}`,
              answer.order[rank] ?? "",
              (value) => {
                const order = images.map((_image, other) => answer.order[other] ?? "");
                order[rank] = value;
                onChange({ ...answer, order });
              },
            ),
          )}
        </fieldset>
      );
    case "best-worst":
      return (
        <fieldset className="grid gap-5 sm:grid-cols-2">
          <legend className="mb-1.5 text-sm font-semibold">Right answer</legend>
          {select("Best", answer.best, (best) => onChange({ ...answer, best }))}
          {select("Worst", answer.worst, (worst) => onChange({ ...answer, worst }))}
        </fieldset>
      );
  }
}
