/** The best and the worst of several images. */
import { z } from "zod";
import type { AnswerKind } from "../question-type";
import { screenPlace } from "../screen-place";
import type { BestWorstAnswer } from "./statistics";

/** The places of the two extremes. */
export type BestWorstGiven = { type: "best-worst"; best: number; worst: number };

export const bestWorstAnswers: AnswerKind<"best-worst", BestWorstGiven, BestWorstAnswer> = {
  schema: z.object({ type: z.literal("best-worst"), best: screenPlace, worst: screenPlace }),
  fault({ best, worst }, images) {
    if (best >= images || worst >= images) return `there are only ${images} images.`;
    return best === worst ? "best and worst are the same image." : null;
  },
  toArms: ({ best, worst }, seen) => ({
    type: "best-worst",
    best: seen.shown[best]!,
    worst: seen.shown[worst]!,
    ...seen,
  }),
  toPlaces: ({ best, worst, shown }) => ({
    type: "best-worst",
    best: shown.indexOf(best),
    worst: shown.indexOf(worst),
  }),
  rename: ({ best, worst }, seen, name) => ({
    type: "best-worst",
    best: name(best),
    worst: name(worst),
    ...seen,
  }),
  toText: ({ best, worst }) => `${best} best and ${worst} worst`,
};
