/** The known right answer of a check, as it is stored. */
import { z } from "zod";

const position = z.number().int().min(0).max(11);

/**
 * In terms of the item's own order of pictures, since places differ from rater to rater. best: the picture that is
 * better than all others. scores: the marks that count as right. exactly: an answer to a pair that holds wherever the
 * pictures lie. order: all pictures, best first. best-worst: the two extremes.
 */
export const expectedAnswer = z.discriminatedUnion("type", [
  z.object({ type: z.literal("best"), position }),
  z.object({ type: z.literal("scores"), scores: z.array(z.number().int()).min(1) }),
  z.object({ type: z.literal("exactly"), winner: z.enum(["tie", "both_bad"]) }),
  z.object({ type: z.literal("order"), order: z.array(position).min(3) }),
  z.object({ type: z.literal("best-worst"), best: position, worst: position }),
]);

export type ExpectedAnswer = z.infer<typeof expectedAnswer>;
