/** Deletes an evaluation with its scores. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";

/** @throws SemblanceError `not_found`; `conflict` while it waits or runs */
export async function deleteEvaluation(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const evaluation = await transaction.evaluation.findUnique({
      where: { id },
      include: { sampleSet: { select: { name: true } } },
    });
    if (!evaluation) throw new SemblanceError("not_found", "There is no such evaluation.");
    const { count } = await transaction.evaluation.deleteMany({
      where: { id, state: { notIn: ["QUEUED", "RUNNING"] } },
    });
    if (count === 0) {
      throw new SemblanceError("conflict", "The evaluation has not finished.", {
        remedy: "Cancel it first.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "evaluation.deleted",
      subject: { kind: "evaluation", id, name: evaluation.sampleSet.name },
    });
  });
}
