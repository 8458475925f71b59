/** What a worker is to do: take jobs, finish the one that it has, or hand that back. People say it on the page of jobs. */
import { SemblanceError } from "@/lib/errors";
import type { WorkerDuty } from "@/lib/generated/prisma/enums";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { silentSince } from "./list-workers";

export const workerDuties = ["WORK", "DRAIN", "PAUSE"] as const satisfies readonly WorkerDuty[];

const actions = { WORK: "worker.resumed", DRAIN: "worker.drained", PAUSE: "worker.paused" } as const;

/**
 * What a worker was told to do holds until it is told something else, also when it is started anew; see worker-sign-on.ts.
 *
 * @throws SemblanceError `not_found` for a worker that has stopped and was to take jobs
 */
export async function setWorkerDuty(workerId: string, duty: WorkerDuty): Promise<void> {
  await db.$transaction(async (transaction) => {
    const worker = await transaction.worker.findUnique({ where: { id: workerId } });
    if (!worker) {
      throw new SemblanceError("not_found", "This worker has stopped.", {
        remedy: "Reload to see the workers that are running.",
      });
    }
    await transaction.worker.update({ where: { id: workerId }, data: { duty } });
    const name = `${worker.hostname}, process ${worker.pid}`;
    await appendAuditEntry(transaction, {
      action: actions[duty],
      subject: { kind: "worker", id: workerId, name },
    });
  });
}

/** What a worker was told, as it is in the database; one whose row was removed goes on working. */
export async function readWorkerDuty(workerId: string): Promise<{ duty: WorkerDuty; holdsDevice: boolean }> {
  const row = await db.worker.findUnique({
    where: { id: workerId },
    select: { duty: true, holdsDevice: true },
  });
  return row ?? { duty: "WORK", holdsDevice: true };
}

/** The worker says what it does: whether it still takes jobs, and whether it has none any more. */
export async function recordDuty(
  workerId: string,
  { heardDuty, isFree }: { heardDuty: WorkerDuty; isFree: boolean },
): Promise<void> {
  await db.worker.updateMany({
    where: { id: workerId },
    // Whoever has nothing to compute leaves the device to others.
    data: { heardDuty, isFree, ...(isFree ? { holdsDevice: false } : {}) },
  });
}

/**
 * Takes the device of a machine for the jobs of one worker, unless another living one has it.
 *
 * @returns whether it is this worker's now
 */
export async function takeDevice(workerId: string): Promise<boolean> {
  return db.$transaction(async (transaction) => {
    const own = await transaction.worker.findUnique({ where: { id: workerId } });
    if (!own) return false;
    const { hostname, device } = own;
    await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtext(${`device ${hostname} ${device}`}))`;
    const others = { hostname, device, holdsDevice: true, id: { not: workerId } };
    if ((await transaction.worker.count({ where: { ...others, lastSeenAt: { gt: silentSince() } } })) > 0)
      return false;
    await transaction.worker.updateMany({ where: others, data: { holdsDevice: false } });
    await transaction.worker.update({ where: { id: workerId }, data: { holdsDevice: true } });
    return true;
  });
}
