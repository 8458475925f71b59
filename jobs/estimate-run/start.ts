/** Asks for a trial of a run, before that is started. */
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { planFineTune } from "@/jobs/fine-tune/plan";
import type { startFineTuneInput } from "@/lib/fine-tunes/fine-tune-fields";
import { trialKey } from "@/lib/fine-tunes/run-estimate";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { estimateRunJob } from "./job";

/**
 * One that waits or runs already is not asked for again.
 *
 * @throws SemblanceError as planFineTune: what could not be started is not tried
 */
export async function startEstimate(
  given: z.input<typeof startFineTuneInput>,
): Promise<{ trialId: string; jobId: string }> {
  const { evaluation: _, evaluatedRevision: __, ...run } = await planFineTune(given);
  const key = trialKey(run);
  const dataset = await db.dataset.findUniqueOrThrow({
    where: { id: run.datasetId },
    select: { id: true, name: true },
  });
  return transactionWithJobs(async (transaction, enqueue) => {
    // Two people, or two windows, asking at once must not make two trials.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${key}))`;
    const open = await transaction.job.findFirst({
      where: {
        kind: estimateRunJob.kind,
        state: { in: ["QUEUED", "RUNNING"] },
        payload: { path: ["key"], equals: key },
      },
      select: { id: true, subjectId: true },
    });
    await appendAuditEntry(transaction, {
      action: "fine-tune.estimated",
      subject: { kind: "dataset", ...dataset },
      detail: { part: run.part, startCheckpointId: run.startCheckpointId, settings: run.settings },
    });
    if (open) return { trialId: open.subjectId, jobId: open.id };
    const trialId = randomUUID();
    return { trialId, jobId: await enqueue(estimateRunJob, { key, run }, trialId) };
  });
}
