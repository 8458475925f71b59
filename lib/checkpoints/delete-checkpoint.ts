/** Deletes a model from which nothing was made. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { counted } from "@/lib/text/counted";

/**
 * The weights stay in the blob store until it is swept.
 *
 * @throws SemblanceError `not_found`; `conflict` where runs started from it or samples were drawn with it
 */
export async function deleteCheckpoint(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const checkpoint = await transaction.checkpoint.findUnique({
      where: { id },
      include: {
        _count: { select: { startedFineTunes: true, baseSampleSets: true, upsampleSampleSet: true } },
      },
    });
    if (!checkpoint) throw new SemblanceError("not_found", "There is no such model.");
    const { startedFineTunes, baseSampleSets, upsampleSampleSet } = checkpoint._count;
    const sampleSets = baseSampleSets + upsampleSampleSet;
    if (startedFineTunes + sampleSets > 0) {
      throw new SemblanceError(
        "conflict",
        `“${checkpoint.name}” is used by ${counted(startedFineTunes, "fine-tune", "fine-tunes")} and ${counted(sampleSets, "sample set", "sample sets")}.`,
        { remedy: "Delete those first, or keep this model." },
      );
    }
    await transaction.checkpoint.delete({ where: { id } });
    await appendAuditEntry(transaction, {
      action: "model.deleted",
      subject: { kind: "model", id, name: checkpoint.name },
      detail: { sha256: checkpoint.blobSha256 },
    });
  });
}
