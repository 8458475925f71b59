/** Changes who may take part in a study, before or while it is open. Raters who have joined stay. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import type { RaterAccess } from "./rater-access";

/** @throws SemblanceError `not_found`, `conflict` for a study that has ended */
export async function changeAccess(studyId: string, access: RaterAccess, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const changed = await transaction.study.updateMany({
      where: { id: studyId, state: { not: "CLOSED" } },
      data: { access },
    });
    if (changed.count === 0) {
      const study = await transaction.study.findUnique({ where: { id: studyId }, select: { id: true } });
      if (!study) throw new SemblanceError("not_found", "There is no such study.");
      throw new SemblanceError("conflict", "This study is closed.", {
        remedy: "Nobody can join it any more.",
      });
    }
    await appendAuditEntry(transaction, {
      actor,
      action: "study.access-changed",
      subject: { kind: "study", id: studyId },
      detail: { access },
    });
  });
}
