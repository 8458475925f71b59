/** That results left the platform is on record. */
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

/** Writes it into the audit log. */
export async function logExport(
  studyId: string,
  file: string,
  actor: string,
  more: { isFinal?: boolean } = {},
): Promise<void> {
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      actor,
      action: "study.exported",
      subject: { kind: "study", id: studyId },
      detail: { studyId, file, ...more },
    }),
  );
}
