/** The job queue: pg-boss on the same database, so that a job is enqueued in the transaction that makes its rows. */
import { randomUUID } from "node:crypto";
import { fromPrisma, PgBoss } from "pg-boss";
import { SemblanceError } from "@/lib/errors";
import { databaseUrl } from "@/lib/platform/database/database-url";
import { db, type Transaction } from "@/lib/platform/database/db";
import { type JobKind, type JobPayload, jobPayloads } from "./definitions";

/** Jobs of one queue run one after the other on each worker; those of another queue do not wait for them. */
export type QueueName = "import" | "engine" | "download";
export const queueNames: readonly QueueName[] = ["import", "engine", "download"];

export function queueOf(kind: JobKind): QueueName {
  if (kind === "get-weights") return "download";
  return kind === "import-dataset" || kind === "open-study" ? "import" : "engine";
}

/** Sampling and evaluations go before fine-tunes that have not begun: they take minutes, those take hours. */
const priorities: Record<JobKind, number> = {
  "import-dataset": 0,
  "open-study": 0,
  "get-weights": 0,
  // Somebody is waiting before the page.
  "draw-caption": 2,
  sample: 1,
  evaluate: 1,
  "fine-tune": 0,
};

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
};

// Next bundles this module more than once; the connection must still be one per process.
const holder = globalThis as typeof globalThis & { semblanceQueue?: Promise<PgBoss> };

/**
 * The queue of this process, started at the first call; it makes its tables where there are none.
 *
 * @param options.supervise whether this process hands on the jobs of silent workers; for workers
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
    schedule: false,
    monitorVacuum: false,
  });
  boss.on("error", (error) => console.error("The job queue reports:", error));
  // A worker may be started before its database answers.
  await boss.start({ attempts: supervise ? 6 : 1 });
  for (const name of queueNames) {
    // Creating an existing queue changes nothing, so options of an earlier version are brought up to date.
    await boss.createQueue(name, queueOptions);
    await boss.updateQueue(name, queueOptions);
  }
  return boss;
}

export type Enqueue = <Kind extends JobKind>(
  kind: Kind,
  payload: JobPayload<Kind>,
  subjectId: string,
) => Promise<string>;

/**
 * Runs `work` in a transaction in which jobs can be enqueued: rows and jobs are there together or not at all.
 * `enqueue` takes the id of the row that the job works on and returns the job's.
 */
export async function transactionWithJobs<Result>(
  work: (transaction: Transaction, enqueue: Enqueue) => Promise<Result>,
): Promise<Result> {
  // Before the transaction: a first start makes tables of its own.
  const boss = await startQueue();
  return db.$transaction((transaction) =>
    work(transaction, async (kind, payload, subjectId) => {
      const checked = jobPayloads[kind].parse(payload);
      const id = randomUUID();
      await transaction.job.create({ data: { id, kind, payload: checked, subjectId } });
      const sent = await boss.send(
        queueOf(kind),
        { kind },
        {
          id,
          priority: priorities[kind],
          db: fromPrisma(transaction),
        },
      );
      if (sent === null) throw new SemblanceError("internal", "The queue did not take the job.");
      return id;
    }),
  );
}

/** Takes a job out of the queue, in the caller's transaction. Call `startQueue` before the transaction begins. */
export async function removeFromQueue(transaction: Transaction, kind: JobKind, jobId: string): Promise<void> {
  const boss = await startQueue();
  await boss.cancel(queueOf(kind), jobId, { db: fromPrisma(transaction) });
}
