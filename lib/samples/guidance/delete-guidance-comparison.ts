/** Deletes a comparison of guidances with its sample sets. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { deleteSampleSet } from "../delete-sample-set";

/**
 * Sets that a study compares are kept, as sample sets of their own.
 *
 * @throws SemblanceError `not_found`; `conflict` while a setting is drawn
 */
export async function deleteGuidanceComparison(id: string): Promise<void> {
  const found = await db.guidanceComparison.findUnique({
    where: { id },
    include: { sets: { include: { _count: { select: { arms: true } } } } },
  });
  if (!found) throw new SemblanceError("not_found", "There is no such comparison.");
  const moving = found.sets.find(({ state }) => state === "QUEUED" || state === "RUNNING");
  if (moving) {
    throw new SemblanceError("conflict", `“${moving.name}” is being drawn.`, { remedy: "Cancel it first." });
  }
  for (const set of found.sets) if (set._count.arms === 0) await deleteSampleSet(set.id);
  await db.$transaction(async (transaction) => {
    await transaction.guidanceComparison.delete({ where: { id } });
    await appendAuditEntry(transaction, {
      action: "guidance-comparison.deleted",
      subject: { kind: "guidance-comparison", id, name: found.name },
    });
  });
}
