/** Ends an open study: nobody is handed another item; what has been answered stays. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "../audit/append-audit-entry";

/** @throws SemblanceError `conflict` unless the study is open */
export async function closeStudy(studyId: string, actor: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const closed = await transaction.study.updateMany({
      where: { id: studyId, state: "OPEN" },
      data: { state: "CLOSED", closedAt: new Date() },
    });
    if (closed.count === 0) {
      throw new SemblanceError("conflict", "This study is not open.", {
        remedy: "Only an open study can be closed.",
      });
    }
    await appendAuditEntry(transaction, { actor, action: "study.closed", detail: { studyId } });
  });
}
