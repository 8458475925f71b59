/** Strengths of arms from the best and the worst of several: the maximum difference model. */
import type { ShownAnswer } from "@/lib/statistics/answer-model";
import { fitBestWorst } from "@/lib/statistics/best-worst";
import { choiceModel } from "@/lib/statistics/choice-model";

export type BestWorstAnswer = ShownAnswer & {
  readonly type: "best-worst";
  readonly best: string;
  readonly worst: string;
};

export const bestWorstModel = choiceModel<BestWorstAnswer>({
  name: "best-worst",
  fit: fitBestWorst,
  valueOf: ({ best, worst }, arm) => (arm === best ? 1 : arm === worst ? -1 : 0),
  // Half for the same best, half for the same worst.
  likeness: (one, other) => (Number(one.best === other.best) + Number(one.worst === other.worst)) / 2,
  pattern: ({ best, worst, shown }) => `places ${shown.indexOf(best)} ${shown.indexOf(worst)}`,
});
