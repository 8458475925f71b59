/** Finds the blind picture behind an opaque token of a rater's own assignment. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";

/**
 * @returns the SHA-256 of the blind rendition
 * @throws SemblanceError `not_found` for a token that is not this rater's
 */
export async function findAssignedPicture(raterId: string, token: string): Promise<{ sha256: string }> {
  const assignment = await db.assignment.findFirst({
    where: { raterId, OR: [{ leftToken: token }, { rightToken: token }] },
    select: {
      leftToken: true,
      firstOnLeft: true,
      item: { select: { firstSha256: true, secondSha256: true } },
    },
  });
  if (!assignment) throw new SemblanceError("not_found", "There is no such picture.");
  const asksLeft = assignment.leftToken === token;
  const { firstSha256, secondSha256 } = assignment.item;
  return { sha256: asksLeft === assignment.firstOnLeft ? firstSha256 : secondSha256 };
}
