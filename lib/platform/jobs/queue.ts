/** The job queue: pg-boss on the same database, so that a job is enqueued in the transaction that makes its rows. */
import { randomUUID } from "node:crypto";
import { fromPrisma, PgBoss } from "pg-boss";
import { SemblanceError } from "@/lib/errors";
import { databaseUrl } from "@/lib/platform/database/database-url";
import { db, type Transaction } from "@/lib/platform/database/db";
import { log } from "@/lib/platform/log/log";
import { keepJobBlobs } from "./job-blobs";
import {
  type JobDefinition,
  type JobPriority,
  type PayloadOf,
  type QueueName,
  queueNames,
} from "./job-definition";

/** How long a worker may be silent before its job is given to another one. */
export const heartbeatSeconds = 10;

/** How often workers look for jobs of silent ones. */
const superviseIntervalSeconds = 2;

const queueOptions = {
  heartbeatSeconds,
  // pg-boss's longest. A run that takes longer is taken up again where its last state left it.
  expireInSeconds: 24 * 3600 - 1,
  // Lost workers and restarts are no fault of the job. Jobs that end their worker again and again are given up by
  // beginJob in workers/job-record.ts.
  retryLimit: 10_000,
  retryDelay: 0,
  deleteAfterSeconds: 7 * 24 * 3600,
  retentionSeconds: 365 * 24 * 3600,
  // A transaction that commits a job wakes the workers.
  notify: true,
};

// Next bundles this module more than once; the connection must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceQueue?: Promise<PgBoss> };

/**
 * The queue of this process, started at the first call; it makes its tables where there are none.
 *
 * @param options.supervise whether this process hands on the jobs of silent workers and is woken by new ones; for workers
 */
export function startQueue(options: { supervise?: boolean } = {}): Promise<PgBoss> {
  holder.semblanceQueue ??= openQueue(options).catch((error) => {
    // The next call tries again: the database may only have been late.
    holder.semblanceQueue = undefined;
    throw error;
  });
  return holder.semblanceQueue;
}

/** Closes this process's queue, if it was started; running handlers are not waited for. */
export async function stopQueue(): Promise<void> {
  const started = holder.semblanceQueue;
  holder.semblanceQueue = undefined;
  if (started) await (await started).stop({ graceful: false });
}

async function openQueue({ supervise = false }: { supervise?: boolean }): Promise<PgBoss> {
  const boss = new PgBoss({
    connectionString: databaseUrl(),
    application_name: "semblance-queue",
    max: supervise ? 4 : 2,
    supervise,
    superviseIntervalSeconds,
    monitorIntervalSeconds: superviseIntervalSeconds,
    useListenNotify: supervise,
    schedule: false,
    monitorVacuum: false,
  });
  boss.on("error", (error) => log().error({ err: error }, "The job queue reports an error."));
  // A worker may be started before its database answers.
  await boss.start({ attempts: supervise ? 6 : 1 });
  for (const name of queueNames) {
    // Creating an existing queue changes nothing, so options of an earlier version are brought up to date.
    await boss.createQueue(name, queueOptions);
    await boss.updateQueue(name, queueOptions);
  }
  return boss;
}

/** Makes the queue's tables, or brings them up to date, as their owner. */
export async function installQueue(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, max: 1, supervise: false, schedule: false });
  boss.on("error", (error) => log().error({ err: error }, "The job queue reports an error."));
  await boss.start();
  for (const name of queueNames) await boss.createQueue(name, queueOptions);
  await boss.stop({ graceful: false });
}

export type Enqueue = <Job extends JobDefinition>(
  job: Job,
  payload: PayloadOf<Job>,
  subjectId: string,
) => Promise<string>;

/**
 * Runs `work` in a transaction in which jobs can be enqueued: rows and jobs are there together or not at all.
 * `enqueue` takes the id of what the job works on and returns the job's.
 */
export async function transactionWithJobs<Result>(
  work: (transaction: Transaction, enqueue: Enqueue) => Promise<Result>,
): Promise<Result> {
  // Before the transaction: a first start makes tables of its own.
  const boss = await startQueue();
  return db.$transaction((transaction) =>
    work(transaction, async ({ kind, queue, priority, payload: schema }, payload, subjectId) => {
      const checked = schema.parse(payload) as object;
      const id = randomUUID();
      const { place } = await transaction.job.create({ data: { id, kind, payload: checked, subjectId } });
      await keepJobBlobs(transaction, id, "PAYLOAD", checked);
      const order = { id, priority: queuePriority(priority, place) };
      const sent = await boss.send(queue, { kind }, { ...order, db: fromPrisma(transaction) });
      if (sent === null) throw new SemblanceError("internal", "The queue did not accept the job.");
      return id;
    }),
  );
}

/** Places of jobs of one priority lie within this; priorities of the queue are integers of 32 bits. */
const placesOfPriority = 500_000_000;

/** The queue's own priority: higher ones go first. */
function queuePriority(priority: JobPriority, place: number): number {
  return (priority + 1) * placesOfPriority - place;
}

/**
 * Gives a waiting job another place, in the caller's transaction. Call `startQueue` before the transaction begins.
 *
 * @returns false where it does not wait any more
 */
export async function placeInQueue(
  transaction: Transaction,
  { kind, queue, priority }: JobDefinition,
  { id, place }: { id: string; place: number },
): Promise<boolean> {
  const boss = await startQueue();
  const order = { id, priority: queuePriority(priority, place) };
  const { updated } = await boss.update(queue, { kind }, { ...order, db: fromPrisma(transaction) });
  if (updated > 0) await transaction.job.update({ where: { id }, data: { place } });
  return updated > 0;
}

/** Takes a job out of the queue, in the caller's transaction. Call `startQueue` before the transaction begins. */
export async function removeFromQueue(
  transaction: Transaction,
  queue: QueueName,
  jobId: string,
): Promise<void> {
  const boss = await startQueue();
  await boss.cancel(queue, jobId, { db: fromPrisma(transaction) });
}
