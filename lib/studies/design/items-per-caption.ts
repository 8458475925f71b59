/** How many items a question makes of one caption. */

import type { QuestionTypeName } from "@/lib/questions/question-types";
import { armPairCount } from "@/lib/statistics/arm-pairs";

/** As many pictures as can be told apart on a phone when they are ranked. */
export const mostRanked = 6;

/** Pairs of arms; each arm by itself; the arms together, or as many sets of them as there are arms. */
export function itemsPerCaption(type: QuestionTypeName, arms: number, opponents: number | null): number {
  switch (type) {
    case "pair":
      return armPairCount(arms, opponents);
    case "likert":
      return arms;
    case "ranking":
    case "best-worst":
      return arms <= mostRanked ? 1 : arms;
  }
}
