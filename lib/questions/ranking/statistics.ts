/** Strengths of arms from rankings: Plackett and Luce's model. */
import type { ShownAnswer } from "@/lib/statistics/answer-model";
import { choiceModel } from "@/lib/statistics/choice-model";
import { fitPlackettLuce } from "@/lib/statistics/plackett-luce";

/** `order` is best first. */
export type RankingAnswer = ShownAnswer & { readonly type: "ranking"; readonly order: readonly string[] };

export const rankingModel = choiceModel<RankingAnswer>({
  name: "plackett-luce",
  fit: fitPlackettLuce,
  valueOf: ({ order }, arm) => -order.indexOf(arm),
  likeness: shareInSameOrder,
  pattern: ({ order, shown }) => `places ${order.map((arm) => shown.indexOf(arm)).join(" ")}`,
});

/** Share of pairs of arms that both rankings put in the same order. */
function shareInSameOrder(one: RankingAnswer, other: RankingAnswer): number {
  const place = new Map(other.order.map((arm, index) => [arm, index]));
  let same = 0;
  let pairs = 0;
  one.order.forEach((first, index) => {
    for (const second of one.order.slice(index + 1)) {
      pairs++;
      if (place.get(first)! < place.get(second)!) same++;
    }
  });
  return same / pairs;
}
