/**
 * Personal invitations: links that each make one person a rater, once. The link stays its person's way back in until they
 * have finished, on any device; it never makes a second rater.
 */
import { createHash, randomBytes } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { type InvitationRequest, mostInvitations, toLabels } from "./invitation-fields";

export type MadeInvitation = {
  number: number;
  label: string;
  /** The secret of the link. Only its hash is stored: nobody can read it again. */
  token: string;
};

/**
 * @returns the new invitations, in the order of the labels
 * @throws SemblanceError `not_found`, `conflict` for a study that has ended, `invalid_input` beyond 20,000 of one study
 */
export async function makeInvitations(
  { studyId, count, labels }: InvitationRequest,
  actor: string,
): Promise<MadeInvitation[]> {
  const lines = toLabels(labels);
  const texts = lines.length > 0 ? lines : Array.from({ length: count ?? 0 }, () => "");
  return db.$transaction(async (transaction) => {
    // Two researchers who make some at once must not give out the same numbers.
    const [study] = await transaction.$queryRaw<{ state: string; last: number; total: number }[]>`
      SELECT s.state::text AS state, COALESCE((SELECT max(number) FROM "Invitation" WHERE "studyId" = s.id), 0) AS last,
             (SELECT count(*)::int FROM "Invitation" WHERE "studyId" = s.id) AS total
      FROM "Study" s WHERE s.id = ${studyId}::uuid FOR NO KEY UPDATE`;
    if (!study) throw new SemblanceError("not_found", "There is no such study.");
    if (study.state === "CLOSED") {
      throw new SemblanceError("conflict", "This study is closed.", {
        remedy: "Nobody can join it any more.",
      });
    }
    if (study.total + texts.length > mostInvitations) {
      throw new SemblanceError("invalid_input", `A study has at most ${mostInvitations} invitations.`, {
        remedy: `This one has ${study.total}.`,
      });
    }
    const made = texts.map((label, index) => ({
      number: study.last + index + 1,
      label,
      token: randomBytes(16).toString("base64url"),
    }));
    // One parameter for a column: the web process spends its time on nothing else while Prisma writes thousands of rows.
    await transaction.$executeRaw`
      INSERT INTO "Invitation" (id, "studyId", number, label, "tokenHash")
      SELECT gen_random_uuid(), ${studyId}::uuid, number, label, hash FROM unnest(
        ${made.map(({ number }) => number)}::int[], ${made.map(({ label }) => label)}::text[],
        ${made.map(({ token }) => hashInvitation(token))}::text[]) AS made(number, label, hash)`;
    await appendAuditEntry(transaction, {
      actor,
      action: "study.invitations-made",
      subject: { kind: "study", id: studyId },
      detail: { count: made.length, first: study.last + 1 },
    });
    return made;
  });
}

/**
 * Its link no longer admits anybody. A rater who has joined with it continues in their browser; exclude them to stop that.
 *
 * @throws SemblanceError `not_found`, `conflict` where it is revoked already
 */
export async function revokeInvitation(invitationId: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const invitation = await transaction.invitation.findUnique({ where: { id: invitationId } });
    if (!invitation) throw new SemblanceError("not_found", "There is no such invitation.");
    const revoked = await transaction.invitation.updateMany({
      where: { id: invitationId, revokedAt: null },
      data: { revokedAt: new Date() },
    });
    if (revoked.count === 0) throw new SemblanceError("conflict", "This invitation is already revoked.");
    const { studyId, number } = invitation;
    await appendAuditEntry(transaction, {
      actor,
      action: "study.invitation-revoked",
      subject: { kind: "study", id: studyId },
      detail: { number },
    });
  });
}

/** In lower-case hex. */
export function hashInvitation(token: string): string {
  return createHash("sha256").update(`invitation ${token}`).digest("hex");
}

export const invitationStates = ["unused", "joined", "done", "revoked"] as const;
export type InvitationState = (typeof invitationStates)[number];

export type InvitationRow = {
  id: string;
  number: number;
  label: string;
  state: InvitationState;
  joinedAt: Date | null;
  answers: number;
};

const stateOfInvitation = Prisma.sql`
  CASE WHEN invitation."revokedAt" IS NOT NULL THEN 'revoked' WHEN rater.id IS NULL THEN 'unused'
       WHEN rater."finishedAt" IS NULL THEN 'joined' ELSE 'done' END`;

/** One page, and how many there are in each state. @param page from 1 */
export async function listInvitations(
  studyId: string,
  { page, pageSize }: { page: number; pageSize: number },
): Promise<{ invitations: InvitationRow[]; counts: Record<InvitationState, number>; total: number }> {
  const [invitations, groups] = await Promise.all([
    db.$queryRaw<InvitationRow[]>`
      SELECT invitation.id, invitation.number, invitation.label, rater."createdAt" AS "joinedAt",
             (SELECT count(*)::int FROM "Assignment" a JOIN "Rating" r ON r."assignmentId" = a.id
              WHERE a."raterId" = rater.id) AS answers, ${stateOfInvitation} AS state
      FROM "Invitation" invitation LEFT JOIN "Rater" rater ON rater.id = invitation."raterId"
      WHERE invitation."studyId" = ${studyId}::uuid
      ORDER BY invitation.number LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
    db.$queryRaw<{ state: InvitationState; count: number }[]>`
      SELECT ${stateOfInvitation} AS state, count(*)::int AS count
      FROM "Invitation" invitation LEFT JOIN "Rater" rater ON rater.id = invitation."raterId"
      WHERE invitation."studyId" = ${studyId}::uuid GROUP BY 1`,
  ]);
  const counts: Record<InvitationState, number> = { unused: 0, joined: 0, done: 0, revoked: 0 };
  for (const { state, count } of groups) counts[state] = count;
  return { invitations, counts, total: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}
