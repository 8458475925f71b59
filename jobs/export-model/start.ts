/** Queues an export of a model. */
import type { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { exportModelJob } from "./job";
import type { exportModelPayload } from "./payload";

/** @throws SemblanceError `not_found`; `conflict` where the same export waits or runs already */
export async function startModelExport(
  payload: z.output<typeof exportModelPayload>,
): Promise<{ jobId: string }> {
  const { checkpointId, format } = payload;
  return transactionWithJobs(async (transaction, enqueue) => {
    // Two clicks must not make two jobs.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${checkpointId}))`;
    const model = await transaction.checkpoint.findUnique({ where: { id: checkpointId } });
    if (!model) {
      throw new SemblanceError("not_found", "There is no such model.", {
        remedy: "It may have been deleted.",
      });
    }
    const open = await transaction.job.count({
      where: {
        kind: exportModelJob.kind,
        subjectId: checkpointId,
        state: { in: ["QUEUED", "RUNNING"] },
        payload: { path: ["format"], equals: format },
      },
    });
    if (open > 0) {
      throw new SemblanceError("conflict", "This export is being made already.", {
        remedy: "Wait for it, or cancel it first.",
      });
    }
    await appendAuditEntry(transaction, {
      action: "model.exported",
      subject: { kind: "model", id: checkpointId, name: model.name },
      detail: { format },
    });
    return { jobId: await enqueue(exportModelJob, payload, checkpointId) };
  });
}
