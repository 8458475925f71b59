/** What the queue itself costs: jobs that do nothing. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { fineTuneJob } from "@/jobs/fine-tune/job";
import { getWeightsJob } from "@/jobs/get-weights/job";
import { importDatasetJob } from "@/jobs/import-dataset/job";
import { db } from "@/lib/platform/database/db";
import { stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { startWorker } from "@/workers/start-worker";
import { type GrowthRow, growthRow, memory } from "./growth-row";

/** A kind of job of each queue. */
const kinds = [
  {
    job: importDatasetJob,
    payloadOf: (id: string) => ({ datasetId: id, source: { kind: "folder", path: "/nowhere" } }),
  },
  { job: fineTuneJob, payloadOf: (id: string) => ({ fineTuneId: id }) },
  { job: getWeightsJob, payloadOf: () => ({ name: "inception" }) },
];

async function enqueue(count: number, of: typeof kinds): Promise<void> {
  for (let first = 0; first < count; first += 100) {
    await transactionWithJobs(async (_transaction, add) => {
      for (let index = first; index < Math.min(count, first + 100); index++) {
        const { job, payloadOf } = of[index % of.length]!;
        const id = randomUUID();
        await add(job, payloadOf(id) as never, id);
      }
    });
  }
}

async function untilEnded(): Promise<void> {
  while ((await db.job.count({ where: { state: { in: ["QUEUED", "RUNNING"] } } })) > 0) await delay(50);
}

const startIdleWorker = () => startWorker({ provider: "cpu", declined: [] }, async () => async () => {});

const figures = [
  { name: "rate", unit: "jobs/s", least: 50 },
  { name: "each", unit: "ms of processor" },
  memory(600),
];

/** From the start of a worker until the jobs that waited for it have ended. */
function waitingJobs(of: typeof kinds, queues: string): GrowthRow {
  return growthRow({
    name: `small jobs, ${queues}`,
    size: 2_000,
    unit: "jobs",
    prepare: async (size) => {
      await enqueue(size, of);
      await stopQueue();
      return {};
    },
    measure: async (_prepared, size, timed) => {
      const start = performance.now();
      const processor = await timed(async () => {
        const worker = await startIdleWorker();
        await untilEnded();
        await worker.stop();
      });
      const seconds = (performance.now() - start) / 1000;
      return { clock: seconds, rate: size / seconds, each: (1000 * processor) / size };
    },
    figures,
  });
}

/** Bursts of jobs for a worker that has nothing to do: each is measured from its first job until its last has ended. */
const bursts = growthRow({
  name: "small jobs, bursts of 50 while a worker is idle",
  size: 500,
  unit: "jobs",
  prepare: async () => ({}),
  measure: async (_prepared, size, timed) => {
    const worker = await startIdleWorker();
    let seconds = 0;
    const processor = await timed(async () => {
      for (let done = 0; done < size; done += 50) {
        await delay(700);
        const start = performance.now();
        await enqueue(50, kinds);
        await untilEnded();
        seconds += (performance.now() - start) / 1000;
      }
    });
    await worker.stop();
    return { clock: seconds, rate: size / seconds, each: (1000 * processor) / size };
  },
  figures,
});

export const jobRows = [
  waitingJobs(kinds, "all queues"),
  ...kinds.map((kind) => waitingJobs([kind], `the queue “${kind.job.queue}”`)),
  bursts,
];
