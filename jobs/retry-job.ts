/** Takes up an ended job again: a new job with the same payload, which continues with what is missing. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { jobEntry } from "./job-entry";
import { jobOfKind } from "./registry";

/**
 * @returns the new job's id
 * @throws SemblanceError `not_found`; `conflict` unless the job is paused, failed or was cancelled and is its row's latest
 */
export async function retryJob(jobId: string): Promise<string> {
  const job = await db.job.findUnique({ where: { id: jobId } });
  if (!job) throw new SemblanceError("not_found", "There is no such job.");
  return retryJobOf(job.subjectId, jobId);
}

/** As `retryJob`, for the row that the job worked on. */
export async function retryJobOf(subjectId: string, expectedJobId?: string): Promise<string> {
  return transactionWithJobs(async (transaction, enqueue) => {
    // Two people pressing the button must not make two jobs.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${subjectId}))`;
    const latest = await transaction.job.findFirst({ where: { subjectId }, orderBy: { createdAt: "desc" } });
    if (!latest) throw new SemblanceError("not_found", "There is no job to retry.");
    const isPaused = latest.state === "PAUSED";
    const ended = isPaused || latest.state === "FAILED" || latest.state === "CANCELLED";
    if (!ended || (expectedJobId && latest.id !== expectedJobId)) {
      throw new SemblanceError(
        "conflict",
        "Only the latest job can be retried, if it is paused, failed or was cancelled.",
        {
          remedy: "Reload to see its state.",
        },
      );
    }
    const job = jobOfKind(latest.kind);
    await job.subject.follow?.(transaction, subjectId, "QUEUED", null);
    const id = await enqueue(job, latest.payload, subjectId);
    if (isPaused) await endPaused(transaction, latest.id);
    await appendAuditEntry(transaction, {
      action: isPaused ? "job.resumed" : "job.retried",
      ...(await jobEntry({ id, kind: latest.kind, subjectId })),
    });
    return id;
  });
}

/** The new job stands for the work from now on; one whose worker still stores what it had is waited for. */
async function endPaused(transaction: Transaction, id: string): Promise<void> {
  await transaction.job.deleteMany({ where: { id, workerId: null } });
  await transaction.job.updateMany({ where: { id }, data: { state: "CANCELLED", finishedAt: new Date() } });
}
