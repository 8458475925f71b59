/** Excludes a rater from a study, or reinstates them. Their answers are kept, flagged; their seats go to others. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { refuseFixedVotes } from "@/lib/studies/stopping/final-data";

/**
 * @param reason in the administrator's words, kept with the rater and in the audit log
 * @throws SemblanceError `not_found` for an unknown rater, `conflict` for one who is excluded already, or where the
 *   study's votes are final
 */
export async function excludeRater(raterId: string, reason: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const rater = await transaction.rater.findUnique({ where: { id: raterId } });
    if (!rater) throw new SemblanceError("not_found", "There is no such rater.");
    await refuseFixedVotes(transaction, rater.studyId);
    if (!(await shutOut(transaction, rater, reason, actor))) {
      throw new SemblanceError("conflict", "This rater is already excluded.");
    }
  });
}

/**
 * The rater's answers count again, in addition to those that others have given instead.
 *
 * @throws SemblanceError `not_found` for an unknown rater, `conflict` for one who is not excluded, or where the study's
 *   votes are final
 */
export async function reinstateRater(raterId: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const rater = await transaction.rater.findUnique({ where: { id: raterId } });
    if (!rater) throw new SemblanceError("not_found", "There is no such rater.");
    await refuseFixedVotes(transaction, rater.studyId);
    const reinstated = await transaction.rater.updateMany({
      where: { id: raterId, excludedAt: { not: null } },
      // Somebody who was judged fit by a person needs no training round any more.
      data: {
        excludedAt: null,
        exclusionReason: null,
        reinstatedAt: new Date(),
        qualifiedAt: rater.qualifiedAt ?? new Date(),
      },
    });
    if (reinstated.count === 0) throw new SemblanceError("conflict", "This rater is not excluded.");
    await transaction.$executeRaw`
      UPDATE "Seat" SET "assignmentId" = mine.id, "isDone" = true, "heldUntil" = NULL, "wantedUntil" = NULL
      FROM (
        SELECT DISTINCT ON (a.id) a.id, seat.id AS "seatId"
        FROM "Assignment" a JOIN "Seat" seat ON seat."itemId" = a."itemId"
        WHERE a."raterId" = ${raterId}::uuid AND a.state = 'DONE' AND NOT a."isRepeat" AND NOT seat."isDone"
          AND (seat."heldUntil" IS NULL OR seat."heldUntil" <= now())
        ORDER BY a.id, seat.placement = a.placement DESC, seat.round
      ) mine
      -- Once more, for what was answered while this statement waited for the seat.
      WHERE "Seat".id = mine."seatId" AND NOT "Seat"."isDone" AND ("Seat"."heldUntil" IS NULL OR "Seat"."heldUntil" <= now())`;
    await appendAuditEntry(transaction, {
      actor,
      action: "rater.reinstated",
      subject: { kind: "study", id: rater.studyId },
      detail: { studyId: rater.studyId, raterId },
    });
  });
}

/** Within the caller's transaction; false where the rater was excluded before. @param actor "system" for a study's own rules */
export async function shutOut(
  transaction: SqlRunner,
  { id: raterId, studyId }: { id: string; studyId: string },
  reason: string,
  actor: string,
): Promise<boolean> {
  const excluded = await transaction.$executeRaw`
    UPDATE "Rater" SET "excludedAt" = now(), "exclusionReason" = ${reason}
    WHERE id = ${raterId}::uuid AND "excludedAt" IS NULL`;
  if (excluded === 0) return false;
  await transaction.$executeRaw`
    UPDATE "Seat" SET "assignmentId" = NULL, "heldUntil" = NULL, "wantedUntil" = NULL, "isDone" = false
    FROM "Assignment" a WHERE a.id = "Seat"."assignmentId" AND a."raterId" = ${raterId}::uuid`;
  await transaction.$executeRaw`
    UPDATE "Assignment" SET state = 'LAPSED' WHERE "raterId" = ${raterId}::uuid AND state = 'LEASED'`;
  await appendAuditEntry(transaction, {
    actor,
    action: "rater.excluded",
    subject: { kind: "study", id: studyId },
    detail: { studyId, raterId, reason },
  });
  return true;
}
