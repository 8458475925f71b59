/** Deletes a dataset that nothing was made from. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { releasePayloadBlobs } from "@/lib/platform/jobs/job-blobs";
import { counted } from "@/lib/text/counted";

/**
 * Its images stay in the blob store until it is swept.
 *
 * @throws SemblanceError `not_found`; `conflict` while it is imported or where runs, samples or studies need it
 */
export async function deleteDataset(id: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const dataset = await transaction.dataset.findUnique({
      where: { id },
      include: {
        _count: {
          select: { fineTunes: true, sampleSets: true, evaluations: true, arms: true, desks: true },
        },
      },
    });
    if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
    if (dataset.state === "IMPORTING") {
      throw new SemblanceError("conflict", `“${dataset.name}” is being imported.`, {
        remedy: "Wait for the import, or cancel it first.",
      });
    }
    const { fineTunes, sampleSets, evaluations, arms, desks } = dataset._count;
    const users = [
      [fineTunes, "fine-tune"],
      [sampleSets, "sample set"],
      [evaluations, "evaluation"],
      [arms, "study arm"],
      [desks, "captioning desk"],
    ] as const;
    const needed = users.filter(([count]) => count > 0);
    if (needed.length > 0) {
      const list = needed.map(([count, noun]) => counted(count, noun, `${noun}s`)).join(", ");
      throw new SemblanceError("conflict", `“${dataset.name}” is used by ${list}.`, {
        remedy: "Delete those first, or keep this dataset.",
      });
    }
    await transaction.dataset.delete({ where: { id } });
    await releasePayloadBlobs(transaction, id);
    await appendAuditEntry(transaction, {
      action: "dataset.deleted",
      subject: { kind: "dataset", id, name: dataset.name },
    });
  });
}
