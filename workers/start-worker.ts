/** A worker: takes jobs off the queue, one engine job at a time and imports beside it, until it is stopped. */
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { ProviderChoice } from "@/lib/engine/runtime/choose-provider";
import { db } from "@/lib/platform/database/db";
import { queueNames, startQueue, stopQueue } from "@/lib/platform/jobs/queue";
import { sweepBlobs } from "@/lib/platform/storage/sweep-blobs";
import { sweepTemporaryFiles } from "@/lib/platform/storage/sweep-temporary";
import { applyStopRules } from "@/lib/studies/stopping/apply-stop-rules";
import { type JobHandlers, runJob } from "./run-job";

const pollingIntervalSeconds = 0.5;
const lifeSignIntervalMs = 5000;
const stopRuleIntervalMs = 30_000;
const sweepIntervalMs = 6 * 3600_000;

/** Rows of workers that died without a word are kept this long. */
const forgetAfterMs = 24 * 3600_000;

export type RunningWorker = {
  id: string;
  /** Hands running jobs back to the queue, waits until they have stopped, and signs off. */
  stop: () => Promise<void>;
};

/** What the panel cannot show, nobody would remove: uploads that were never used and halves of files. */
async function sweepUnused(): Promise<void> {
  const { removed } = await sweepBlobs();
  const temporary = await sweepTemporaryFiles();
  if (removed + temporary.removed === 0) return;
  console.log(
    `Removed ${removed} files that nothing names and ${temporary.removed} temporary ones (${(temporary.bytes / 1e6).toFixed(1)} MB).`,
  );
}

/** @param choice the execution provider for engine jobs, shown in the panel with why better ones were declined */
export async function startWorker(handlers: JobHandlers, choice: ProviderChoice): Promise<RunningWorker> {
  const id = randomUUID();
  const boss = await startQueue({ supervise: true });
  await db.worker.deleteMany({ where: { lastSeenAt: { lt: new Date(Date.now() - forgetAfterMs) } } });
  await db.worker.create({
    data: {
      id,
      hostname: hostname(),
      pid: process.pid,
      executionProvider: choice.provider,
      declinedProviders: choice.declined.map(({ provider, reason }) => ({ provider, reason })),
    },
  });
  const lifeSigns = setInterval(() => {
    db.worker
      .updateMany({ where: { id }, data: { lastSeenAt: new Date() } })
      .catch((error) => console.error("The database does not answer:", error.message));
  }, lifeSignIntervalMs);

  let judging: Promise<unknown> | null = null;
  const stopRules = setInterval(() => {
    judging ??= applyStopRules()
      .catch((error) => console.error("Stop rules could not be judged:", error.message))
      .finally(() => {
        judging = null;
      });
  }, stopRuleIntervalMs);

  let sweeping: Promise<unknown> | null = null;
  const sweep = () => {
    sweeping ??= sweepUnused()
      .catch((error) => console.error("Unused files could not be removed:", error.message))
      .finally(() => {
        sweeping = null;
      });
  };
  sweep();
  const sweeps = setInterval(sweep, sweepIntervalMs);

  const shutdown = new AbortController();
  const running = new Set<Promise<void>>();
  for (const queue of queueNames) {
    await boss.work(queue, { batchSize: 1, pollingIntervalSeconds }, async ([job]) => {
      if (!job) return;
      const run = runJob(job.id, {
        workerId: id,
        provider: choice.provider,
        handlers,
        claim: job.signal,
        shutdown: shutdown.signal,
      });
      running.add(run);
      try {
        await run;
      } finally {
        running.delete(run);
      }
    });
  }

  const stop = async () => {
    clearInterval(stopRules);
    clearInterval(sweeps);
    await judging;
    await sweeping;
    // No new jobs from here on; only then do the running ones go back.
    await Promise.all(queueNames.map((queue) => boss.offWork(queue, { wait: false })));
    shutdown.abort();
    await Promise.allSettled(running);
    clearInterval(lifeSigns);
    await boss.stop({ graceful: true, timeout: 5000 });
    await stopQueue();
    await db.worker.deleteMany({ where: { id } });
    await db.$disconnect();
  };
  return { id, stop };
}
