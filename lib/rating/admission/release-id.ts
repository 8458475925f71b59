/** Lets a rater whose device is lost continue on another one with the id from their service. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

/** For how long the next device with the id is let in. */
export const releasedForHours = 24;

/**
 * Within a day, the next device with the rater's id continues as this rater, and only that one.
 *
 * @throws SemblanceError `not_found` for an unknown rater, or one without an id
 */
export async function releaseId(raterId: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const rater = await transaction.rater.findUnique({ where: { id: raterId } });
    if (!rater?.externalId) throw new SemblanceError("not_found", "There is no rater with such an id.");
    await transaction.rater.update({ where: { id: raterId }, data: { idReleasedAt: new Date() } });
    await appendAuditEntry(transaction, {
      actor,
      action: "rater.id-released",
      subject: { kind: "study", id: rater.studyId },
      detail: { studyId: rater.studyId, raterId },
    });
  });
}

/** Whether the id of a rater lets another device in at this time. */
export function isReleased({ idReleasedAt }: { idReleasedAt: Date | null }, now = Date.now()): boolean {
  return idReleasedAt !== null && now - idReleasedAt.getTime() < releasedForHours * 3_600_000;
}
