/** Asks for more captions of a sample set; what is drawn stays, and later evaluations compute its new images only. */
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { assertDrawn } from "@/lib/samples/assert-drawn";
import { drawnCaptions } from "@/lib/samples/drawn-captions";
import { counted } from "@/lib/text/counted";
import { sampleJob } from "./job";

/**
 * @param captionLimit the first so many captions from now on; null: all of them
 * @throws SemblanceError `not_found`; `conflict` while it is drawn; `invalid_input` for no more captions than before
 */
export async function extendSampleSet(id: string, captionLimit: number | null): Promise<{ jobId: string }> {
  return transactionWithJobs(async (transaction, enqueue) => {
    await transaction.$queryRaw`SELECT 1 FROM "SampleSet" WHERE "id" = ${id}::uuid FOR UPDATE`;
    const set = await transaction.sampleSet.findUnique({ where: { id }, include: { baseCheckpoint: true } });
    if (!set) throw new SemblanceError("not_found", "There is no such sample set.");
    if (set.state === "QUEUED" || set.state === "RUNNING") {
      throw new SemblanceError("conflict", `“${set.name}” is being drawn.`, {
        remedy: "Wait until it is done.",
      });
    }
    const { samplesPerCaption } = sampleSettings.parse(assertDrawn(set).settings);
    const captions = await transaction.caption.count({ where: drawnCaptions(set).where });
    const wanted = Math.min(captions, captionLimit ?? captions);
    const requested = wanted * samplesPerCaption;
    if (requested <= set.requested) {
      throw new SemblanceError(
        "invalid_input",
        `“${set.name}” has the first ${set.requested / samplesPerCaption} of ${counted(captions, "caption", "captions")}.`,
        { remedy: "Enter a larger number.", details: { field: "captionLimit" } },
      );
    }
    await transaction.sampleSet.update({
      where: { id },
      data: {
        captionLimit: wanted === captions ? null : wanted,
        requested,
        state: "QUEUED",
        finishedAt: null,
      },
    });
    await appendAuditEntry(transaction, {
      action: "sample-set.extended",
      subject: { kind: "sample-set", id, name: set.name },
      detail: { from: set.requested, to: requested },
    });
    return { jobId: await enqueue(sampleJob, { sampleSetId: id }, id) };
  });
}
