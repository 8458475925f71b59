/** Deletes a study that has never been open. One that has taken votes stays: votes are never deleted. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

/** @throws SemblanceError `conflict` once the study has been opened */
export async function deleteDraft(studyId: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const deleted = await transaction.study.deleteMany({ where: { id: studyId, state: "DRAFT" } });
    if (deleted.count === 0) {
      throw new SemblanceError("conflict", "Only a draft can be deleted.", {
        remedy: "Close the study instead; its votes are kept.",
      });
    }
    await appendAuditEntry(transaction, {
      actor,
      action: "study.deleted",
      subject: { kind: "study", id: studyId },
      detail: { studyId },
    });
  });
}
