/** Ends a job, waiting or running; its worker notices within a second and stops what it computes. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { removeFromQueue, startQueue } from "@/lib/platform/jobs/queue";
import { jobEntry } from "./job-entry";
import { jobOfKind } from "./registry";

/** @throws SemblanceError `not_found`, or `conflict` where the job has ended already */
export async function cancelJob(jobId: string): Promise<void> {
  await startQueue();
  await db.$transaction(async (transaction) => {
    const job = await transaction.job.findUnique({ where: { id: jobId } });
    if (!job) throw new SemblanceError("not_found", "There is no such job.");
    const { count } = await transaction.job.updateMany({
      where: { id: jobId, state: { in: ["QUEUED", "RUNNING"] } },
      data: { state: "CANCELLED", finishedAt: new Date(), note: "" },
    });
    if (count === 0) {
      throw new SemblanceError("conflict", "The job has already ended.", {
        remedy: "Reload to see how it ended.",
      });
    }
    const { queue, subject } = jobOfKind(job.kind);
    await removeFromQueue(transaction, queue, jobId);
    await subject.follow?.(transaction, job.subjectId, "CANCELLED", null);
    await appendAuditEntry(transaction, { action: "job.cancelled", ...(await jobEntry(job)) });
  });
}

/**
 * Ends the job that works on a row.
 *
 * @throws SemblanceError `conflict` where none does
 */
export async function cancelJobOf(subjectId: string): Promise<void> {
  const job = await db.job.findFirst({
    where: { subjectId, state: { in: ["QUEUED", "RUNNING"] } },
    orderBy: { createdAt: "desc" },
  });
  if (!job) {
    throw new SemblanceError("conflict", "There is nothing to cancel.", {
      remedy: "Reload to see how it ended.",
    });
  }
  await cancelJob(job.id);
}
