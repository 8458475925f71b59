/** A score on five points. */
import { z } from "zod";
import type { AnswerKind } from "../question-type";
import type { LikertAnswer } from "./statistics";

/** Points of the scale, the best being the last. */
export const likertPoints = 5;

/** 1 (worst) to 5 (best). */
export type LikertGiven = { type: "likert"; score: number };

export const likertAnswers: AnswerKind<"likert", LikertGiven, LikertAnswer> = {
  schema: z.object({ type: z.literal("likert"), score: z.number().int().min(1).max(likertPoints) }),
  fault: () => null,
  toArms: ({ score }, seen) => ({ ...seen, type: "likert", score }),
  rename: ({ score }, seen) => ({ ...seen, type: "likert", score }),
  toText: ({ score }) => `${score} of ${likertPoints}`,
};
