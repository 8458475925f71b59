/** Takes a job from its worker, or out of the queue; the worker notices within a second and stores what it has. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { removeFromQueue, startQueue } from "@/lib/platform/jobs/queue";
import { jobEntry } from "./job-entry";
import { jobOfKind } from "./registry";

const endings = {
  CANCELLED: { action: "job.cancelled", finished: true },
  PAUSED: { action: "job.paused", finished: false },
} as const;

/** @throws SemblanceError `not_found`, or `conflict` where the job has ended or is paused already */
export async function stopJob(jobId: string, state: keyof typeof endings): Promise<void> {
  await startQueue();
  const { action, finished } = endings[state];
  await db.$transaction(async (transaction) => {
    const job = await transaction.job.findUnique({ where: { id: jobId } });
    if (!job) throw new SemblanceError("not_found", "There is no such job.");
    const { count } = await transaction.job.updateMany({
      where: { id: jobId, state: { in: ["QUEUED", "RUNNING"] } },
      data: { state, ...(finished ? { finishedAt: new Date(), note: "" } : {}) },
    });
    if (count === 0) {
      throw new SemblanceError(
        "conflict",
        job.state === "PAUSED" ? "The job is paused." : "The job has already ended.",
        { remedy: "Reload to see its state." },
      );
    }
    const { queue, subject } = jobOfKind(job.kind);
    await removeFromQueue(transaction, queue, jobId);
    await subject.follow?.(transaction, job.subjectId, state, null);
    await appendAuditEntry(transaction, { action, ...(await jobEntry(job)) });
  });
}

/** The job that waits or runs for a row; null where none does. */
export async function findOpenJobOf(subjectId: string): Promise<string | null> {
  const job = await db.job.findFirst({
    where: { subjectId, state: { in: ["QUEUED", "RUNNING"] } },
    orderBy: { createdAt: "desc" },
    select: { id: true },
  });
  return job?.id ?? null;
}
