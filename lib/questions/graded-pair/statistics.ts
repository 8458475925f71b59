/** Strengths of arms from graded pairs: the cumulative logit model, and what their sides alone say. */
import type { ShownAnswer } from "@/lib/statistics/answer-model";
import { choiceModel } from "@/lib/statistics/choice-model";
import { connectedArms, tableToPairCounts } from "@/lib/statistics/pair-counts";
import type { Vote } from "@/lib/statistics/vote";
import { votesToTable } from "@/lib/statistics/vote-table";
import { fitGradedPairs } from "./ordinal-model";

/** `grade` is negative where the arm on the left is better. */
export type GradedAnswer = ShownAnswer & { readonly type: "graded-pair"; readonly grade: number };

/** From one end of the seven steps to the other. */
const widestGap = 6;

export const gradedModel = choiceModel<GradedAnswer>({
  name: "cumulative-logit",
  hasEqualSteps: true,
  impliedVotes: toVotes,
  fit(answers, arms) {
    const groups = connectedArms(tableToPairCounts(votesToTable(toVotes(answers), arms)));
    const comparisons = answers.map(({ caption, rater, shown, grade }) => ({
      caption,
      rater,
      left: shown[0]!,
      right: shown[1]!,
      grade,
    }));
    return fitGradedPairs(
      comparisons,
      arms,
      arms.map((_, arm) => groups.findIndex((group) => group.includes(arm))),
    );
  },
  valueOf: ({ grade, shown }, arm) => (arm === shown[1] ? grade : -grade),
  likeness(one, other) {
    const turned = one.shown[0] === other.shown[0] ? other.grade : -other.grade;
    return 1 - Math.abs(one.grade - turned) / widestGap;
  },
  pattern: ({ grade }) => `grade ${grade}`,
});

function toVotes(answers: readonly GradedAnswer[]): Vote[] {
  return answers.map(({ caption, rater, shown, grade }) => ({
    caption,
    rater,
    left: shown[0]!,
    right: shown[1]!,
    winner: grade === 0 ? "tie" : grade < 0 ? "left" : "right",
  }));
}
