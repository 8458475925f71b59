/** What the database knows of a job while a worker runs it; pages read it there. */
import { jobEntry } from "@/jobs/job-entry";
import { findJobOfKind } from "@/jobs/registry";
import type { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { toPlatformError } from "@/lib/platform/database/database-errors";
import { db, type Transaction } from "@/lib/platform/database/db";
import { releasePayloadBlobs } from "@/lib/platform/jobs/job-blobs";
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { log } from "@/lib/platform/log/log";

/** Runs without any progress after which a job is given up: it probably ends its workers. */
const mostFruitlessRuns = 5;

export type RunningJob = {
  id: string;
  definition: JobDefinition;
  subjectId: string;
  payload: unknown;
};

/**
 * Marks a job as run by this worker. Null where there is nothing to run: it was cancelled, has ended, or is given up
 * now, because its workers died again and again or because it was asked for by another version of Semblance.
 */
export async function beginJob(id: string, workerId: string): Promise<RunningJob | null> {
  return db.$transaction(async (transaction) => {
    const { count } = await transaction.job.updateMany({
      where: { id, state: { in: ["QUEUED", "RUNNING"] } },
      data: { state: "RUNNING", workerId, attempts: { increment: 1 } },
    });
    if (count === 0) return null;
    const { kind, subjectId, attempts, startedAt, ...row } = await transaction.job.findUniqueOrThrow({
      where: { id },
    });
    const definition = findJobOfKind(kind);
    const payload = definition?.payload.safeParse(row.payload);
    if (!definition || !payload?.success || attempts > mostFruitlessRuns) {
      const error =
        definition && payload?.success
          ? `The worker ended ${mostFruitlessRuns} times in a row while running this job. See its log.`
          : "Another version of Semblance created this job, and this one cannot read it. Start it again.";
      await transaction.job.update({
        where: { id },
        data: { state: "FAILED", error, finishedAt: new Date() },
      });
      await definition?.subject.follow?.(transaction, subjectId, "FAILED", error);
      await recordEntry(transaction, { id, kind, subjectId }, error);
      return null;
    }
    if (!startedAt) await transaction.job.update({ where: { id }, data: { startedAt: new Date() } });
    await definition.subject.follow?.(transaction, subjectId, "RUNNING", null);
    return { id, definition, subjectId, payload: payload.data };
  });
}

/** What became of a job that this worker runs: still `ours`, `cancelled` (or ended otherwise), or another worker's. */
export type Claim = "ours" | "cancelled" | "lost";

export async function findClaim(id: string, workerId: string): Promise<Claim> {
  const row = await db.job.findUnique({ where: { id }, select: { state: true, workerId: true } });
  if (row && row.workerId !== null && row.workerId !== workerId) return "lost";
  return row?.state === "RUNNING" ? "ours" : "cancelled";
}

/** A cancelled or paused job keeps its worker until that one has stored what it had; then the row may be worked on again. */
export async function releaseCancelled(id: string, workerId: string): Promise<void> {
  await db.job.updateMany({
    where: { id, workerId, state: { in: ["CANCELLED", "PAUSED"] } },
    data: { workerId: null },
  });
}

/** Whether a living worker still stores what it had of a cancelled or paused job of the same row. */
export async function isStillStored({ id, subjectId }: RunningJob): Promise<boolean> {
  const stopped = await db.job.findMany({
    where: { subjectId, id: { not: id }, state: { in: ["CANCELLED", "PAUSED"] }, workerId: { not: null } },
    select: { workerId: true },
  });
  if (stopped.length === 0) return false;
  const alive = new Set((await listWorkers()).map((worker) => worker.id));
  return stopped.some(({ workerId }) => alive.has(workerId!));
}

/** @param progress 0 to 1 */
export async function recordProgress(
  id: string,
  workerId: string,
  progress: number,
  note: string,
): Promise<void> {
  await db.job.updateMany({
    where: { id, state: "RUNNING", workerId },
    data: { progress: Math.min(1, Math.max(0, progress)), note, attempts: 1 },
  });
}

/** Marks the job and its row as done, unless it was cancelled or given away in the meantime. */
export function recordSuccess(job: RunningJob, workerId: string): Promise<void> {
  return recordEnd(job, workerId, "SUCCEEDED", null);
}

/** Marks the job and its row as failed, with what the user should read. */
export function recordFailure(job: RunningJob, workerId: string, error: SemblanceError): Promise<void> {
  const text = error.remedy ? `${error.message} ${error.remedy}` : error.message;
  return recordEnd(job, workerId, "FAILED", text);
}

async function recordEnd(
  job: RunningJob,
  workerId: string,
  state: "SUCCEEDED" | "FAILED",
  error: string | null,
): Promise<void> {
  await db.$transaction(async (transaction) => {
    const { count } = await transaction.job.updateMany({
      where: { id: job.id, state: "RUNNING", workerId },
      data: {
        state,
        error,
        finishedAt: new Date(),
        ...(state === "SUCCEEDED" ? { progress: 1, note: "" } : {}),
      },
    });
    if (count === 0) return;
    await job.definition.subject.follow?.(transaction, job.subjectId, state, error);
    if (state === "SUCCEEDED") await releasePayloadBlobs(transaction, job.subjectId);
    await recordEntry(transaction, { ...job, kind: job.definition.kind }, error);
  });
}

/** @param error why it failed; null where it succeeded */
async function recordEntry(
  transaction: Transaction,
  job: { id: string; kind: string; subjectId: string },
  error: string | null,
): Promise<void> {
  const { subject, detail } = await jobEntry(job);
  await appendAuditEntry(transaction, {
    action: error === null ? "job.finished" : "job.failed",
    subject,
    detail: error === null ? detail : { ...detail, reason: error },
  });
}

/** The job waits again: its worker stops, and that is no fault of the job. */
export async function recordHandingBack(job: RunningJob, workerId: string): Promise<void> {
  await db.$transaction(async (transaction) => {
    const { count } = await transaction.job.updateMany({
      where: { id: job.id, state: "RUNNING", workerId },
      data: { state: "QUEUED", workerId: null, attempts: { decrement: 1 } },
    });
    if (count > 0) await job.definition.subject.follow?.(transaction, job.subjectId, "QUEUED", null);
  });
}

/** An error as the user may read it; the log gets what it was. */
export function logFailure(job: RunningJob, thrown: unknown): SemblanceError {
  const error = toPlatformError(thrown);
  log().error(
    { kind: job.definition.kind, subjectId: job.subjectId, err: error.cause ?? error },
    `A job failed: ${error.message}`,
  );
  return error;
}
