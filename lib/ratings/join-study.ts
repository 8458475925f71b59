/** Lets a person into a study by its invite link, and recognises those who come back. */
import { createHash, randomBytes } from "node:crypto";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { getInvitation } from "./get-invitation";

export type JoinedRater = {
  raterId: string;
  studyId: string;
  /** For the rater's cookie; null when the presented one is still good. Only its hash is stored. */
  newToken: string | null;
};

/**
 * @param inviteToken from the study's link
 * @param known what the person brings along: the cookie's token of an earlier visit, an account, an outside id
 * @throws SemblanceError `not_found` for a link of no study, `gone` for a closed study, `unavailable` for a draft,
 *   `forbidden` for a rater who was excluded
 */
export async function joinStudy(
  inviteToken: string,
  known: { token?: string | undefined; userId?: string | undefined; externalId?: string | undefined },
): Promise<JoinedRater> {
  const { studyId } = await getInvitation(inviteToken);

  const returning = known.token
    ? await db.rater.findFirst({ where: { studyId, tokenHash: hashRaterToken(known.token) } })
    : null;
  if (returning) {
    refuseExcluded(returning);
    return { raterId: returning.id, studyId, newToken: null };
  }

  const newToken = randomBytes(32).toString("base64url");
  const tokenHash = hashRaterToken(newToken);
  const { userId, externalId } = known;
  if (externalId) {
    // The same person on another device, or with cleared cookies, goes on as the same rater.
    const rater = await db.rater.upsert({
      where: { studyId_externalId: { studyId, externalId } },
      create: { studyId, externalId, tokenHash, userId: userId ?? null },
      update: { tokenHash },
    });
    refuseExcluded(rater);
    return { raterId: rater.id, studyId, newToken };
  }
  return db.$transaction(async (transaction) => {
    // Two clicks of one member must not make two raters, who would be handed the same pairs.
    if (userId) await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${studyId + userId}))`;
    const earlier = userId ? await transaction.rater.findFirst({ where: { studyId, userId } }) : null;
    if (earlier) refuseExcluded(earlier);
    const rater = earlier
      ? await transaction.rater.update({ where: { id: earlier.id }, data: { tokenHash } })
      : await transaction.rater.create({ data: { studyId, tokenHash, userId: userId ?? null } });
    return { raterId: rater.id, studyId, newToken };
  });
}

/** Lower-case hex SHA-256 of a rater's cookie token. */
export function hashRaterToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

function refuseExcluded(rater: { excludedAt: Date | null }): void {
  if (rater.excludedAt) {
    throw new SemblanceError("forbidden", "You cannot go on in this study.", {
      remedy: "Ask the people who invited you.",
    });
  }
}
