/** The known right answer of a check, and whether an answer is right. */
import { z } from "zod";
import type { RaterAnswer } from "./rater-answer";

/**
 * In terms of the item's own order of pictures, since places differ from rater to rater. best: the picture that is
 * better than all others. scores: the marks that count as right. exactly: the one answer that an attention check
 * asks for, in words that hold wherever the pictures lie.
 */
export const expectedAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("best"), position: z.number().int().min(0) }),
  z.object({ type: z.literal("scores"), scores: z.array(z.number().int()).min(1) }),
  z.object({ type: z.literal("exactly"), winner: z.enum(["tie", "both_bad"]) }),
]);

export type ExpectedAnswer = z.infer<typeof expectedAnswer>;

/** @param placement the item's picture positions from left to right, as the rater saw them */
export function isExpected(
  answer: RaterAnswer,
  expected: ExpectedAnswer,
  placement: readonly number[],
): boolean {
  switch (expected.type) {
    case "exactly":
      return answer.type === "pair" && answer.winner === expected.winner;
    case "scores":
      return answer.type === "likert" && expected.scores.includes(answer.score);
    case "best": {
      const place = bestPlace(answer);
      return place !== null && placement[place] === expected.position;
    }
  }
}

/** The expected answer as this rater would have given it, to be shown after a training item. */
export function expectedOnScreen(
  given: RaterAnswer,
  expected: ExpectedAnswer,
  placement: readonly number[],
): RaterAnswer {
  if (expected.type === "exactly") return { type: "pair", winner: expected.winner };
  if (expected.type === "scores") {
    return { type: "likert", score: expected.scores[Math.floor(expected.scores.length / 2)]! };
  }
  const best = placement.indexOf(expected.position);
  if (given.type === "ranking") {
    return { type: "ranking", order: [best, ...given.order.filter((place) => place !== best)] };
  }
  if (given.type === "best-worst") {
    const worst = given.worst === best ? given.best : given.worst;
    return { type: "best-worst", best, worst };
  }
  return { type: "pair", winner: best === 0 ? "left" : "right" };
}

/** Where the picture lies that the answer puts first; null where it puts none first. */
function bestPlace(answer: RaterAnswer): number | null {
  switch (answer.type) {
    case "pair":
      return answer.winner === "left" ? 0 : answer.winner === "right" ? 1 : null;
    case "ranking":
      return answer.order[0] ?? null;
    case "best-worst":
      return answer.best;
    case "likert":
      return null;
  }
}
