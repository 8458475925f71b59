/** Enqueues a search for near duplicates. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { findDuplicatesJob } from "./job";

/** @throws SemblanceError `not_found`; `conflict` for a dataset that is not ready, or is being searched */
export async function startFindingDuplicates(datasetId: string): Promise<{ jobId: string }> {
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded." },
    );
  }
  return transactionWithJobs(async (transaction, enqueue) => {
    await transaction.$queryRaw`SELECT 1 FROM "Dataset" WHERE "id" = ${datasetId}::uuid FOR UPDATE`;
    const { kind } = findDuplicatesJob;
    const running = await transaction.job.count({
      where: { kind, subjectId: datasetId, state: { in: ["QUEUED", "RUNNING"] } },
    });
    if (running > 0) {
      throw new SemblanceError(
        "conflict",
        `Near duplicates of “${dataset.name}” are being looked for already.`,
        {
          remedy: "Wait for the job to end.",
        },
      );
    }
    await appendAuditEntry(transaction, {
      action: "dataset.comparison-started",
      subject: { kind: "dataset", id: datasetId, name: dataset.name },
    });
    return { jobId: await enqueue(findDuplicatesJob, { datasetId }, datasetId) };
  });
}
