/** Deletes masks that no sample set was drawn with. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { releasePayloadBlobs } from "@/lib/platform/jobs/job-blobs";
import { counted } from "@/lib/text/counted";

/** @throws SemblanceError `not_found`; `conflict` while they are imported, or where samples were drawn with them */
export async function deleteMaskSet(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const set = await transaction.maskSet.findUnique({
      where: { id },
      include: { _count: { select: { sampleSets: true } } },
    });
    if (!set) throw new SemblanceError("not_found", "There are no such masks.");
    if (set.state === "QUEUED" || set.state === "RUNNING") {
      throw new SemblanceError("conflict", `“${set.name}” is being imported.`, {
        remedy: "Cancel it first.",
      });
    }
    if (set._count.sampleSets > 0) {
      throw new SemblanceError(
        "conflict",
        `“${set.name}” is used by ${counted(set._count.sampleSets, "sample set", "sample sets")}.`,
        { remedy: "Delete those first, or keep the masks." },
      );
    }
    await transaction.maskSet.delete({ where: { id } });
    await releasePayloadBlobs(transaction, id);
    await appendAuditEntry(transaction, {
      action: "mask-set.deleted",
      subject: { kind: "mask-set", id, name: set.name },
    });
  });
}
