/** How a worker begins and ends to be known. What it was told outlives it, until it is told to take jobs again. */
import type { Prisma } from "@/lib/generated/prisma/client";
import type { WorkerDuty } from "@/lib/generated/prisma/enums";
import { db, type Transaction } from "@/lib/platform/database/db";
import { silentSince } from "./list-workers";

const dayMs = 24 * 3600_000;
/** Rows of workers that died without a word. */
const forgetAfterMs = dayMs;
/** Rented machines come back under other names. */
const forgetDutyAfterMs = 30 * dayMs;

type NewWorker = Pick<
  Prisma.WorkerUncheckedCreateInput,
  "id" | "hostname" | "pid" | "executionProvider" | "device" | "declinedProviders"
> & { device: string };

/**
 * A worker of the same machine and device that has ended, drained or paused, is taken for the one that is started anew: the new
 * one takes no jobs either.
 *
 * @returns what the worker is to do
 */
export async function signOn(worker: NewWorker): Promise<WorkerDuty> {
  return db.$transaction(async (transaction) => {
    await transaction.worker.deleteMany({
      where: {
        OR: [
          { duty: "WORK", lastSeenAt: { lt: new Date(Date.now() - forgetAfterMs) } },
          { lastSeenAt: { lt: new Date(Date.now() - forgetDutyAfterMs) } },
        ],
      },
    });
    const duty = await takeDutyOfPredecessor(transaction, worker);
    await transaction.worker.create({ data: { ...worker, duty } });
    return duty;
  });
}

async function takeDutyOfPredecessor(
  transaction: Transaction,
  { hostname, device }: NewWorker,
): Promise<WorkerDuty> {
  // Two that start at once must not take the place of the same one.
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`worker ${hostname} ${device}`}))`;
  const told = await transaction.worker.findMany({
    where: { hostname, device, duty: { not: "WORK" } },
    orderBy: { lastSeenAt: "desc" },
  });
  const predecessor = told.find(
    ({ stoppedAt, lastSeenAt, pid }) => stoppedAt !== null || lastSeenAt <= silentSince() || !isRunning(pid),
  );
  if (!predecessor) return "WORK";
  await transaction.worker.delete({ where: { id: predecessor.id } });
  return predecessor.duty;
}

/** On this machine: a worker that was killed a moment ago has been heard of a moment ago. */
function isRunning(pid: number): boolean {
  // In a container, each start has the same number.
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

export async function signOff(id: string): Promise<void> {
  await db.worker.deleteMany({ where: { id, duty: "WORK" } });
  await db.worker.updateMany({ where: { id }, data: { stoppedAt: new Date(), holdsDevice: false } });
}
