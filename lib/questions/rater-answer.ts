/** What a rater may answer to an item of each question type, in terms of places on the screen. */

import { z } from "zod";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { winners } from "../statistics/vote";

/** Points of the scale that one picture is judged on, the best being the last. */
export const likertPoints = 5;

/** Index of a picture on the rater's screen, from 0 at the left or top. */
const place = z.number().int().min(0).max(11);

/**
 * pair: the side that is better, "tie" where both are, "both_bad" where neither fits. likert: 1 (worst) to 5 (best).
 * ranking: all places, best first. best-worst: the two extremes.
 */
export const raterAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pair"), winner: z.enum(winners) }),
  z.object({ type: z.literal("likert"), score: z.number().int().min(1).max(likertPoints) }),
  z.object({ type: z.literal("ranking"), order: z.array(place).min(3).max(12) }),
  z.object({ type: z.literal("best-worst"), best: place, worst: place }),
]);

export type RaterAnswer = z.infer<typeof raterAnswer>;
export type QuestionKind = RaterAnswer["type"];

/**
 * What is wrong with one picture: indices of the caption's words (as `splitCaptionWords` cuts it) that it misses, and
 * points that are wrong, in shares of its width and height from the top left corner.
 */
export const pictureMarks = z.object({
  place,
  missedWords: z.array(z.number().int().min(0).max(500)).max(200),
  wrongPoints: z.array(z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })).max(50),
});

export type PictureMarks = z.infer<typeof pictureMarks>;

/** The answer in terms of arms in place of places. */
export function toArmAnswer(
  answer: RaterAnswer,
  seen: { caption: string; rater: string; shown: string[] },
): ArmAnswer {
  const { shown } = seen;
  switch (answer.type) {
    case "pair":
    case "likert":
      return { ...seen, ...answer };
    case "ranking":
      return { ...seen, type: "ranking", order: answer.order.map((place) => shown[place]!) };
    case "best-worst":
      return { ...seen, type: "best-worst", best: shown[answer.best]!, worst: shown[answer.worst]! };
  }
}
