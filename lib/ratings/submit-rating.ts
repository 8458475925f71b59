/** Saves one answer of a rater. This is where a rating is stored. */
import { z } from "zod";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";

export const ratingInput = z.object({
  assignmentId: z.uuid(),
  winner: z.enum(["LEFT", "RIGHT", "TIE", "BOTH_BAD"]),
  /** Made once per answer by the browser and sent again with every retry. */
  clientKey: z.uuid(),
  latencyMs: z.number().int().min(0).max(86_400_000),
  viewportPx: z
    .string()
    .regex(/^\d{1,5}x\d{1,5}$/)
    .or(z.literal(""))
    .default(""),
  inputKind: z.enum(["key", "mouse", "touch", "pen", ""]).default(""),
});

export type RatingInput = z.input<typeof ratingInput>;

/**
 * Stores the answer and ends its assignment in one transaction. Sending the same answer again (same `clientKey`)
 * changes nothing and succeeds, so that a browser may retry until it hears back. An answer that comes after its
 * lease ran out still counts as long as nobody else has taken the place.
 *
 * @throws SemblanceError `not_found` for an assignment that is not this rater's, `conflict` when it was answered
 *   differently before, `gone` when the lease ran out and the item went to somebody else
 */
export async function submitRating(
  raterId: string,
  input: RatingInput,
): Promise<{ stored: "now" | "before" }> {
  const answer = ratingInput.parse(input);
  return db.$transaction(async (transaction) => {
    const assignment = await transaction.assignment.findFirst({
      where: { id: answer.assignmentId, raterId },
      select: { itemId: true },
    });
    if (!assignment) {
      throw new SemblanceError("not_found", "This pair was not given to you.", {
        remedy: "Reload the page to go on with your own pairs.",
      });
    }
    // The same lock as in lease-assignments: while it is held, nobody can be handed this item.
    await transaction.$queryRaw`SELECT id FROM "Item" WHERE id = ${assignment.itemId}::uuid FOR UPDATE`;
    const earlier = await transaction.rating.findUnique({ where: { assignmentId: answer.assignmentId } });
    if (earlier) {
      if (earlier.clientKey === answer.clientKey) return { stored: "before" };
      throw new SemblanceError("conflict", "You have answered this pair before.", {
        remedy: "Your first answer counts. Reload the page to go on.",
      });
    }
    const [seats] = await transaction.$queryRaw<{ taken: number; ratersPerItem: number }[]>`
      SELECT s."ratersPerItem", (
        SELECT count(*)::int FROM "Assignment" a
        WHERE a."itemId" = i.id AND a."raterId" <> ${raterId}::uuid
          AND (a.state = 'DONE' OR (a.state = 'LEASED' AND a."leaseExpiresAt" > now()))) AS taken
      FROM "Item" i JOIN "Study" s ON s.id = i."studyId" WHERE i.id = ${assignment.itemId}::uuid`;
    if (seats && seats.taken >= seats.ratersPerItem) {
      throw new SemblanceError("gone", "This pair went to somebody else while you were away.", {
        remedy: "Go on with the next pair.",
      });
    }
    const { assignmentId, ...rating } = answer;
    await transaction.rating.create({ data: { assignmentId, ...rating } });
    await transaction.assignment.update({ where: { id: assignmentId }, data: { state: "DONE" } });
    return { stored: "now" };
  });
}
