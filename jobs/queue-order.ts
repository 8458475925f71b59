/** The order in which waiting jobs begin, and how people change it among jobs of one kind. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db, type Transaction } from "@/lib/platform/database/db";
import { placeInQueue, startQueue } from "@/lib/platform/jobs/queue";
import { jobEntry } from "./job-entry";
import { jobDefinitions, jobOfKind } from "./registry";
import { findOpenJobOf } from "./stop-job";

export const moves = ["up", "down", "first"] as const;
export type Move = (typeof moves)[number];

type Waiting = { id: string; kind: string; subjectId: string; place: number };

/** @throws SemblanceError `not_found`; `conflict` where the job does not wait, or has nobody to be moved past */
export async function moveJob(jobId: string, move: Move): Promise<void> {
  await startQueue();
  await db.$transaction(async (transaction) => {
    // Two people who move jobs at once must not give two of them one place.
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('queue-order'))`;
    const job = await transaction.job.findUnique({ where: { id: jobId } });
    if (!job) throw new SemblanceError("not_found", "There is no such job.");
    if (job.state !== "QUEUED") throw notWaiting();
    const other = await findNeighbour(transaction, job, move);
    if (!other) {
      throw new SemblanceError(
        "conflict",
        move === "down" ? "No job of this kind waits behind it." : "No job of this kind waits before it.",
        { remedy: "Reload to see the order." },
      );
    }
    const definition = jobOfKind(job.kind);
    const place = move === "first" ? await placeBefore(transaction) : other.place;
    const isMoved = await placeInQueue(transaction, definition, { id: jobId, place });
    if (!isMoved) throw notWaiting();
    // The other one may be beginning now; then there is nothing left to move past.
    if (move !== "first") await placeInQueue(transaction, definition, { id: other.id, place: job.place });
    const { subject, detail } = await jobEntry(job);
    await appendAuditEntry(transaction, { action: "job.moved", subject, detail: { ...detail, to: move } });
  });
}

/** As `moveJob`, for the row that the job works on. */
export async function moveJobOf(subjectId: string, move: Move): Promise<void> {
  const jobId = await findOpenJobOf(subjectId);
  if (jobId === null) throw notWaiting();
  await moveJob(jobId, move);
}

/** Jobs that begin before it, and whether it can be moved; null where it does not wait. */
export async function findQueuePlace(
  jobId: string,
): Promise<{ ahead: number; canMoveUp: boolean; canMoveDown: boolean } | null> {
  const job = await db.job.findUnique({ where: { id: jobId } });
  if (job?.state !== "QUEUED") return null;
  const { queue, priority } = jobOfKind(job.kind);
  const rivals = jobDefinitions.filter((each) => each.queue === queue);
  const kindsOf = (holds: (each: number) => boolean) => ({
    kind: { in: rivals.filter((each) => holds(each.priority)).map(({ kind }) => kind) },
  });
  const [ahead, up, down] = await Promise.all([
    db.job.count({
      where: {
        state: "QUEUED",
        OR: [
          kindsOf((each) => each > priority),
          { ...kindsOf((each) => each === priority), place: { lt: job.place } },
        ],
      },
    }),
    findNeighbour(db, job, "up"),
    findNeighbour(db, job, "down"),
  ]);
  return { ahead, canMoveUp: up !== null, canMoveDown: down !== null };
}

function findNeighbour(
  transaction: Pick<Transaction, "job">,
  { kind, place }: Waiting,
  move: Move,
): Promise<Waiting | null> {
  const isDown = move === "down";
  return transaction.job.findFirst({
    where: { state: "QUEUED", kind, place: isDown ? { gt: place } : { lt: place } },
    orderBy: { place: isDown ? "asc" : "desc" },
    select: { id: true, kind: true, subjectId: true, place: true },
  });
}

/** A place before all jobs that wait, and before those that may be handed back. */
async function placeBefore(transaction: Transaction): Promise<number> {
  const { _min } = await transaction.job.aggregate({
    where: { state: { in: ["QUEUED", "RUNNING"] } },
    _min: { place: true },
  });
  return (_min.place ?? 1) - 1;
}

function notWaiting(): SemblanceError {
  return new SemblanceError("conflict", "Only jobs that wait can be moved, and this one does not.", {
    remedy: "Reload to see its state.",
  });
}
