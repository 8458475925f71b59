/** What the models of choices among arms have in common. */
import type { AnswerModel, ShownAnswer } from "./answer-model";
import type { ChoiceFit } from "./conditional-logit";
import { strengthsWithout } from "./one-rater-out";
import { comparisonsRow } from "./sensitivity";
import { clusterWarnings, comparisonWarnings, penaltyWarnings } from "./standings-warnings";
import type { Vote } from "./vote";

type ChoiceModelParts<Answer extends ShownAnswer> = Pick<
  AnswerModel<Answer>,
  "name" | "valueOf" | "likeness" | "pattern"
> & {
  readonly hasEqualSteps?: boolean;
  fit(answers: readonly Answer[], arms: readonly string[]): Pick<ChoiceFit, "estimates" | "method">;
  /** Absent: an arm beats every other shown arm with a lower value; arms with equal values are not compared. */
  impliedVotes?(answers: readonly Answer[]): Vote[];
};

export function choiceModel<Answer extends ShownAnswer>({
  fit,
  hasEqualSteps = false,
  impliedVotes = (answers) => answers.flatMap((answer) => votesOf(answer, parts.valueOf)),
  ...parts
}: ChoiceModelParts<Answer>): AnswerModel<Answer> {
  return {
    ...parts,
    scale: "elo",
    agreementLevel: "ordinal",
    hasEqualSteps,
    hasSides: true,
    impliedVotes,
    estimate(answers, arms) {
      const seen = new Set(answers.flatMap(({ shown }) => shown));
      const judged = arms.filter((arm) => seen.has(arm));
      if (judged.length === 0) return null;
      const { estimates, method } = fit(answers, judged);
      return { estimates, tieParameter: null, method };
    },
    warnings: (_answers, comparisons, { estimates, method }) => [
      ...comparisonWarnings(comparisons),
      ...(method === "weak-prior" ? penaltyWarnings(comparisons) : []),
      ...clusterWarnings(estimates),
    ],
    withoutEachRater: (answers, pair, arms) => strengthsWithout(impliedVotes(answers), pair, arms),
    alternatives: (context) => ({
      rows: [comparisonsRow({ impliedVotes }, context)],
      shown: null,
      acceptability: [],
    }),
  };
}

function votesOf<Answer extends ShownAnswer>(
  answer: Answer,
  value: (answer: Answer, arm: string) => number,
): Vote[] {
  const { caption, rater, shown } = answer;
  const values = shown.map((arm) => value(answer, arm));
  return shown.flatMap((left, place) =>
    shown.slice(place + 1).flatMap((right, step): Vote[] => {
      const difference = values[place]! - values[place + 1 + step]!;
      if (difference === 0) return [];
      return [{ caption, rater, left, right, winner: difference > 0 ? "left" : "right" }];
    }),
  );
}
