/** An order of all images, best first. */
import { z } from "zod";
import type { AnswerKind } from "../question-type";
import { screenPlace } from "../screen-place";
import type { RankingAnswer } from "./statistics";

/** All places, best first. */
export type RankingGiven = { type: "ranking"; order: number[] };

export const rankingAnswers: AnswerKind<"ranking", RankingGiven, RankingAnswer> = {
  schema: z.object({ type: z.literal("ranking"), order: z.array(screenPlace).min(2).max(12) }),
  fault({ order }, images) {
    const isPermutation =
      order.length === images && new Set(order).size === images && order.every((place) => place < images);
    return isPermutation ? null : `the ranking must name each of the ${images} images once.`;
  },
  toArms: ({ order }, seen) => ({
    type: "ranking",
    order: order.map((place) => seen.shown[place]!),
    ...seen,
  }),
  toPlaces: ({ order, shown }) => ({ type: "ranking", order: order.map((arm) => shown.indexOf(arm)) }),
  rename: ({ order }, seen, name) => ({ type: "ranking", order: order.map(name), ...seen }),
  toText: ({ order }) => order.join(" before "),
};
