/** Deletes a sample set that no study shows. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { releasePayloadBlobs } from "@/lib/platform/jobs/job-blobs";

/** @throws SemblanceError `not_found`; `conflict` while it is drawn or imported, or where a study compares it */
export async function deleteSampleSet(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const set = await transaction.sampleSet.findUnique({
      where: { id },
      include: { arms: { select: { study: { select: { name: true } } }, take: 1 } },
    });
    if (!set) throw new SemblanceError("not_found", "There is no such sample set.");
    if (set.state === "QUEUED" || set.state === "RUNNING") {
      const doing = set.baseCheckpointId === null ? "imported" : "drawn";
      throw new SemblanceError("conflict", `“${set.name}” is being ${doing}.`, {
        remedy: "Cancel it first.",
      });
    }
    const study = set.arms[0]?.study;
    if (study) {
      throw new SemblanceError("conflict", `“${set.name}” is compared in the study “${study.name}”.`, {
        remedy: "It must be kept as long as the study.",
      });
    }
    await transaction.sampleSet.delete({ where: { id } });
    await releasePayloadBlobs(transaction, id);
    await appendAuditEntry(transaction, {
      action: "sample-set.deleted",
      subject: { kind: "sample-set", id, name: set.name },
    });
  });
}
