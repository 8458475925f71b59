/** Lets a person into a study by its invite link, and recognises those who come back. */
import { createHash, randomBytes } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { endOfExcluded } from "../checks/judge-rater";
import { getInvitation } from "./get-invitation";

export type JoinedRater = {
  raterId: string;
  studyId: string;
  /** For the rater's cookie; null when the presented one is still good. Only its hash is stored. */
  newToken: string | null;
};

/** What a person brings along. */
export type JoiningPerson = {
  /** The cookie's token of an earlier visit. */
  token?: string | undefined;
  /** Their account. */
  userId?: string | undefined;
  /** Ids of person, study and session at the service that sent them. */
  externalId?: string | undefined;
  externalStudyId?: string | undefined;
  externalSessionId?: string | undefined;
  /** Whether they agreed to the study's consent text just now. */
  consents?: boolean | undefined;
};

/**
 * An outside id goes before an account, and both before a cookie: two people may share a browser, and one person may
 * come with another one or with none. A person may use several browsers at once; none of them ends another.
 *
 * @param inviteToken from the study's link
 * @throws SemblanceError `not_found` for a link of no study, `gone` for a closed study that the person took no part in,
 *   `unavailable` before it opens, `forbidden` for a rater who was excluded (`details.end` says how), `invalid_input` where
 *   the study asks for consent and none was given
 */
export async function joinStudy(inviteToken: string, person: JoiningPerson): Promise<JoinedRater> {
  const { studyId, consentText, isClosed } = await getInvitation(inviteToken);
  const byCookie = person.token ? hashRaterToken(person.token) : null;
  return db.$transaction(async (transaction) => {
    // Two clicks of one person must not make two raters, who would be handed the same items.
    const identity = person.externalId ?? person.userId;
    if (identity)
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${studyId + identity}))`;
    const known = await transaction.rater.findMany({
      where: { studyId, OR: waysToBeKnown(person) },
      include: { sessions: { where: { tokenHash: byCookie ?? "" } } },
      orderBy: { createdAt: "asc" },
    });
    // Whoever was excluded stays so, by whatever they are known: another cookie or id does not help.
    for (const rater of known) refuseExcluded(rater);

    const returning =
      known.find((rater) => person.externalId !== undefined && rater.externalId === person.externalId) ??
      known.find(
        (rater) => person.userId !== undefined && rater.userId === person.userId && !namesAnother(rater),
      ) ??
      known.find((rater) => rater.sessions.length > 0 && !namesAnother(rater));
    function namesAnother(rater: { externalId: string | null; userId: string | null }): boolean {
      const otherId = person.externalId && rater.externalId && rater.externalId !== person.externalId;
      const otherAccount = person.userId && rater.userId && rater.userId !== person.userId;
      return Boolean(otherId || otherAccount);
    }
    if (isClosed && !returning) {
      throw new SemblanceError("gone", "This study is closed.", {
        remedy: "Thank you for your interest.",
      });
    }
    const consentedAt = returning?.consentedAt ?? (person.consents ? new Date() : null);
    if (consentText !== "" && consentedAt === null && !isClosed) {
      throw new SemblanceError("invalid_input", "This study needs your consent before you begin.", {
        remedy: "Read the consent text and agree to it, or close the page.",
        details: { field: "consent" },
      });
    }

    const ids = {
      userId: returning?.userId ?? person.userId ?? null,
      externalId: returning?.externalId ?? person.externalId ?? null,
      externalStudyId: person.externalStudyId ?? returning?.externalStudyId ?? null,
      externalSessionId: person.externalSessionId ?? returning?.externalSessionId ?? null,
      consentedAt,
    };
    if (returning && returning.sessions.length > 0) {
      await transaction.rater.update({ where: { id: returning.id }, data: ids });
      nothingChanged();
      return { raterId: returning.id, studyId, newToken: null };
    }
    const newToken = randomBytes(32).toString("base64url");
    const data = { ...ids, sessions: { create: { tokenHash: hashRaterToken(newToken) } } };
    const rater = returning
      ? await transaction.rater.update({ where: { id: returning.id }, data })
      : await transaction.rater.create({ data: { ...data, studyId } });
    await appendAuditEntry(transaction, {
      action: "rater.joined",
      subject: { kind: "study", id: studyId },
      detail: { studyId, raterId: rater.id, returning: returning !== undefined },
    });
    return { raterId: rater.id, studyId, newToken };
  });
}

function waysToBeKnown({ token, userId, externalId }: JoiningPerson): Prisma.RaterWhereInput[] {
  return [
    ...(token ? [{ sessions: { some: { tokenHash: hashRaterToken(token) } } }] : []),
    ...(userId ? [{ userId }] : []),
    ...(externalId ? [{ externalId }] : []),
  ];
}

/** Lower-case hex SHA-256 of a rater's cookie token. */
export function hashRaterToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Whether somebody who comes by a study's link has been there before. */
export async function isKnownRater(studyId: string, person: JoiningPerson): Promise<boolean> {
  return (await db.rater.count({ where: { studyId, OR: waysToBeKnown(person) } })) > 0;
}

function refuseExcluded(rater: { excludedAt: Date | null; exclusionReason: string | null }): void {
  if (rater.excludedAt) {
    throw new SemblanceError("forbidden", "You cannot continue in this study.", {
      remedy: "Ask the people who invited you.",
      details: { end: endOfExcluded(rater) },
    });
  }
}
