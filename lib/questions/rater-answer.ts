/** What a rater may answer to an item of each question type, in terms of places on the screen. */
import { z } from "zod";
import type { ShownAnswer } from "@/lib/statistics/answer-model";
import type { Winner } from "@/lib/statistics/vote";
import {
  type ArmAnswer,
  type QuestionTypeName,
  questionTypeNames,
  questionTypes,
  type RaterAnswer,
} from "./question-types";
import { screenPlace } from "./screen-place";
import { toUnion } from "./typed-union";

export type { RaterAnswer };

const schemas = questionTypeNames.map((name) => questionTypes[name].answers.schema);

export const raterAnswer = toUnion<RaterAnswer>(schemas);

/**
 * What is wrong with one image: indices of the caption's words (as `splitCaptionWords` cuts it) that it misses, and
 * points that are wrong, in shares of its width and height from the top left corner.
 */
export const imageMarks = z.object({
  place: screenPlace,
  missedWords: z.array(z.number().int().min(0).max(500)).max(200),
  wrongPoints: z.array(z.object({ x: z.number().min(0).max(1), y: z.number().min(0).max(1) })).max(50),
});

export type ImageMarks = z.infer<typeof imageMarks>;

/** Why an answer does not fit a question of type `asked` about this number of images, as the end of a sentence; null if it fits. */
export function answerFault(answer: RaterAnswer, asked: QuestionTypeName, images: number): string | null {
  if (answer.type !== asked) return `its type is “${answer.type}”, but “${asked}” was asked for.`;
  return questionTypes[asked].answers.fault(answer, images);
}

/** What an answer says about two images; null if more or fewer are shown. */
export function winnerOf(answer: RaterAnswer): Winner | null {
  return questionTypes[answer.type].answers.toWinner?.(answer) ?? null;
}

/** The answer in terms of arms instead of places. */
export function toArmAnswer(answer: RaterAnswer, seen: ShownAnswer): ArmAnswer {
  return questionTypes[answer.type].answers.toArms(answer, seen);
}
