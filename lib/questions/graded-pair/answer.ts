/** How much better one of two images is, in seven steps. */
import { z } from "zod";
import type { AnswerKind } from "../question-type";
import type { GradedAnswer } from "./statistics";

/** The most that an image is better by. */
export const largestGrade = 3;

/** -3 (left much better) to 3 (right much better); 0 where both are equally good. */
export type GradedGiven = { type: "graded-pair"; grade: number };

export const gradedAnswers: AnswerKind<"graded-pair", GradedGiven, GradedAnswer> = {
  schema: z.object({
    type: z.literal("graded-pair"),
    grade: z.number().int().min(-largestGrade).max(largestGrade),
  }),
  fault: () => null,
  toWinner: ({ grade }) => (grade === 0 ? "tie" : grade < 0 ? "left" : "right"),
  toArms: ({ grade }, seen) => ({ type: "graded-pair", grade, ...seen }),
  toPlaces: ({ grade }) => ({ type: "graded-pair", grade }),
  rename: ({ grade }, seen) => ({ type: "graded-pair", grade, ...seen }),
  toText({ grade, shown }) {
    if (grade === 0) return "equally good";
    const by = { 1: "slightly better", 2: "better", 3: "much better" }[Math.abs(grade)];
    return `${shown[grade < 0 ? 0 : 1]} ${by}`;
  },
};
