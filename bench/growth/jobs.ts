/** What the queue itself costs: jobs that do nothing. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { fineTuneJob } from "@/jobs/fine-tune/job";
import { importDatasetJob } from "@/jobs/import-dataset/job";
import { db } from "@/lib/platform/database/db";
import { stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { startWorker } from "@/workers/start-worker";
import { growthRow, memory } from "./growth-row";

const payloads = () => {
  const id = randomUUID();
  return [
    {
      job: importDatasetJob,
      payload: { datasetId: id, source: { kind: "folder" as const, path: "/nowhere" } },
      id,
    },
    { job: fineTuneJob, payload: { fineTuneId: id }, id },
  ];
};

const smallJobs = growthRow({
  name: "small jobs, two queues",
  size: 2_000,
  unit: "jobs",
  prepare: async (size) => {
    for (let first = 0; first < size; first += 100) {
      await transactionWithJobs(async (_transaction, enqueue) => {
        for (let index = first; index < Math.min(size, first + 100); index++) {
          const { job, payload, id } = payloads()[index % 2]!;
          await enqueue(job, payload as never, id);
        }
      });
    }
    await stopQueue();
    return {};
  },
  measure: async (_prepared, size, timed) => {
    const start = performance.now();
    const processor = await timed(async () => {
      const worker = await startWorker({ provider: "cpu", declined: [] }, async () => async () => {});
      while ((await db.job.count({ where: { state: { in: ["QUEUED", "RUNNING"] } } })) > 0) await delay(250);
      await worker.stop();
    });
    const seconds = (performance.now() - start) / 1000;
    return { clock: seconds, rate: size / seconds, each: (1000 * processor) / size };
  },
  figures: [
    { name: "rate", unit: "jobs/s", least: 50 },
    { name: "each", unit: "ms of processor" },
    memory(600),
  ],
});

export const jobRows = [smallJobs];
