/** A score on five points; on other scales in answers that were given elsewhere. */
import { z } from "zod";
import type { AnswerKind } from "../question-type";
import type { LikertAnswer } from "./statistics";

/** Points of the scale, the best being the last. */
export const likertPoints = 5;

/** 1 (worst) to 5 (best), or within `scale`, which imported answers have. */
export type LikertGiven = { type: "likert"; score: number; scale?: [lowest: number, highest: number] };

export const likertAnswers: AnswerKind<"likert", LikertGiven, LikertAnswer> = {
  schema: z.object({
    type: z.literal("likert"),
    score: z.number(),
    scale: z.tuple([z.number(), z.number()]).optional(),
  }),
  fault({ score, scale }) {
    const isOnScale = Number.isInteger(score) && score >= 1 && score <= likertPoints && scale === undefined;
    return isOnScale ? null : `the score must be a whole number from 1 to ${likertPoints}.`;
  },
  toArms: ({ score, scale }, seen) => ({ type: "likert", score, ...(scale && { scale }), ...seen }),
  toPlaces: ({ score, scale }) => ({ type: "likert", score, ...(scale ? { scale: [...scale] } : {}) }),
  rename: ({ score, scale }, seen) => ({ type: "likert", score, ...(scale && { scale }), ...seen }),
  toText: ({ score, scale }) => `${score} of ${scale?.[1] ?? likertPoints}`,
};
