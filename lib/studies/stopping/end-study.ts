/** Ends an open study, for whatever reason: nobody is handed another item; what has been answered stays. */
import type { Prisma } from "@/lib/generated/prisma/client";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { forgetAddresses } from "./forget-addresses";

/** Every reason for which a study ends, with what the audit log calls it. */
export const endReasons = {
  /** Somebody closed it, perhaps because of what they had seen. */
  "by-hand": { action: "study.closed" },
  /** Its stop rule was met. */
  "stop-rule": { action: "study.stopped-early" },
} as const;
export type EndReason = keyof typeof endReasons;

/**
 * @param detail what the audit log records besides the study's id
 * @returns false where the study was not open, or a pilot, for instance because somebody else was quicker
 */
export async function endStudy(
  studyId: string,
  reason: EndReason,
  actor: string,
  detail: Prisma.InputJsonObject = {},
): Promise<boolean> {
  return db.$transaction(async (transaction) => {
    const ended = await transaction.$executeRaw`
      UPDATE "Study" SET state = 'CLOSED', "closedAt" = now(), "endReason" = ${reason},
        "endAnswers" = (SELECT count(*) FROM "Seat" WHERE "studyId" = ${studyId}::uuid AND "isDone")
      WHERE id = ${studyId}::uuid AND state = 'OPEN' AND NOT "isPilot"`;
    if (ended === 0) return false;
    await forgetAddresses(transaction, studyId);
    const { action } = endReasons[reason];
    await appendAuditEntry(transaction, {
      actor,
      action,
      subject: { kind: "study", id: studyId },
      detail: { studyId, ...detail },
    });
    return true;
  });
}
