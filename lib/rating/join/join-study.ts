/** Admits a person to a study by its link, and recognises returning raters. */
import { SemblanceError } from "@/lib/errors";
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { inLine } from "@/lib/platform/database/waiting-line";
import { spendProof } from "../admission/challenge";
import { limitRaters } from "../admission/limit-raters";
import { recordRefusal, refusal, refusalReasonOf } from "../admission/refusals";
import { type Visit, type VisitorKeys, visitorKeys } from "../admission/visitor-keys";
import { endOfExcluded } from "../checks/judge-rater";
import { getInvitation } from "./get-invitation";
import { identifyVisitor, type JoiningPerson } from "./identify-visitor";
import { hashRaterToken, newRaterToken } from "./rater-token";

export type JoinedRater = {
  raterId: string;
  studyId: string;
  /** For the rater's cookie; null when the presented one is still good. Only its hash is stored. */
  newToken: string | null;
};

type Joining = JoiningPerson & {
  /** Whether they agreed to the study's consent text just now. */
  consents?: boolean | undefined;
  /** Where they come from. Left out by callers that answer for whom they let in: no limits, no proof of work. */
  visit?: Visit | undefined;
};

/**
 * Somebody new is let in as the study's access says; `identifyVisitor` says who is not new. A person may use several browsers
 * at once; none of them ends another.
 *
 * @param inviteToken from the study's link
 * @throws SemblanceError `not_found` for a link of no study, `gone` for a closed study that the person took no part in,
 *   `unavailable` before it opens, `forbidden` for a rater who was excluded (`details.end` says how), `invalid_input` where
 *   the study asks for consent and none was given, and the refusals of lib/rating/admission, which are counted
 */
export function joinStudy(inviteToken: string, person: Joining): Promise<JoinedRater> {
  // Every join leaves an entry in the audit log, which is written by one at a time.
  return inLine("joining", () => join(inviteToken, person));
}

async function join(inviteToken: string, person: Joining): Promise<JoinedRater> {
  const study = await getInvitation(inviteToken);
  try {
    return await db.$transaction((transaction) => joinWithin(transaction, study, person));
  } catch (thrown) {
    const reason = refusalReasonOf(thrown);
    if (reason) await recordRefusal(study.studyId, reason, person.externalId);
    throw thrown;
  }
}

async function joinWithin(
  transaction: Prisma.TransactionClient,
  study: Awaited<ReturnType<typeof getInvitation>>,
  person: Joining,
): Promise<JoinedRater> {
  const { studyId, consentText, isClosed } = study;
  // Two clicks of one person must not make two raters, who would be handed the same items.
  for (const kind of ["deviceCode", "invitation", "externalId", "userId"] as const) {
    if (person[kind] === undefined) continue;
    const identity = `${studyId} ${kind} ${person[kind]}`;
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${identity}, 0))`;
  }
  const { known, returning, refused, invitationId, externalId } = await identifyVisitor(
    transaction,
    study,
    person,
  );
  // An excluded rater stays excluded under any identity: another cookie or id does not help.
  for (const rater of known) refuseExcluded(rater);
  if (refused && !(isClosed && known.length === 0)) throw refusal(refused);
  if (isClosed && !returning) {
    throw new SemblanceError("gone", "This study is closed.", { remedy: "Thank you for your interest." });
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
    externalId: returning?.externalId ?? externalId ?? null,
    externalStudyId: person.externalStudyId ?? returning?.externalStudyId ?? null,
    externalSessionId: person.externalSessionId ?? returning?.externalSessionId ?? null,
    consentedAt,
  };
  if (returning && returning.sessions.length > 0) {
    await transaction.rater.update({ where: { id: returning.id }, data: ids });
    nothingChanged();
    return { raterId: returning.id, studyId, newToken: null };
  }
  const newToken = newRaterToken();
  const data = { ...ids, sessions: { create: { tokenHash: hashRaterToken(newToken) } } };
  if (returning) {
    // Code and release are good for one device.
    const used = { deviceCodeHash: null, deviceCodeExpiresAt: null, idReleasedAt: null };
    await transaction.rater.update({ where: { id: returning.id }, data: { ...data, ...used } });
    await recordJoin(transaction, { studyId, raterId: returning.id, returning: true });
    return { raterId: returning.id, studyId, newToken };
  }
  const keys = person.visit ? await admit(transaction, study, person.visit, person.userId) : {};
  const { id: raterId } = await transaction.rater.create({ data: { ...data, ...keys, studyId } });
  if (invitationId) {
    const taken = await transaction.invitation.updateMany({
      where: { id: invitationId, revokedAt: null, raterId: null },
      data: { raterId },
    });
    if (taken.count === 0) throw refusal("invitation");
  }
  await recordJoin(transaction, { studyId, raterId, returning: false });
  return { raterId, studyId, newToken };
}

async function recordJoin(
  transaction: Prisma.TransactionClient,
  detail: { studyId: string; raterId: string; returning: boolean },
): Promise<void> {
  await appendAuditEntry(transaction, {
    action: "rater.joined",
    subject: { kind: "study", id: detail.studyId },
    detail,
    // Of a rater no address is kept beyond the end of the study; the log is kept for good.
    withoutAddress: true,
  });
}

/** What an open link asks of somebody new who has no account. @returns what is kept of where they came from */
async function admit(
  transaction: Prisma.TransactionClient,
  { studyId, access, isPilot }: Awaited<ReturnType<typeof getInvitation>>,
  visit: Visit,
  userId: string | undefined,
): Promise<VisitorKeys> {
  const keys = visitorKeys(studyId, visit);
  if (access.way !== "open-link" || userId) return keys;
  await spendProof(transaction, studyId, visit.proof);
  // A pilot's answers count for nothing, and a few colleagues give them in one office.
  if (!isPilot) await limitRaters(transaction, studyId, access, keys);
  return keys;
}

function refuseExcluded(rater: { excludedAt: Date | null; exclusionReason: string | null }): void {
  if (rater.excludedAt) {
    throw new SemblanceError("forbidden", "You cannot continue in this study.", {
      remedy: "Ask the people who invited you.",
      details: { end: endOfExcluded(rater) },
    });
  }
}
