/** Workers as separate processes on the real queue: killed, stopped, cancelled. */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { cancelJob } from "@/jobs/cancel-job";
import { fineTuneJob } from "@/jobs/fine-tune/job";
import { importDatasetJob } from "@/jobs/import-dataset/job";
import { listJobs } from "@/jobs/list-jobs";
import { retryJob } from "@/jobs/retry-job";
import { sampleJob } from "@/jobs/sample/job";
import { dataPaths } from "@/lib/env";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import { until } from "@/tests/until";
import { compileWorker, endProcess } from "./worker-process";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const workers: ChildProcess[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await endProcess(worker, "SIGKILL");
  for (const file of ["events", "release"]) rmSync(join(dataFolder, file), { force: true });
  await db.worker.deleteMany();
});

function events(): string[] {
  const path = join(dataFolder, "events");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
}

const startProcess = await compileWorker("fixture-worker");

async function startFixture(): Promise<ChildProcess> {
  const worker = startProcess();
  workers.push(worker);
  await until("the worker is ready", () => events().includes(`ready ${worker.pid}`));
  return worker;
}

/** A job whose row to work on does not exist: the fixture's handlers need none. */
function enqueueSample(): Promise<string> {
  const sampleSetId = randomUUID();
  return transactionWithJobs((_transaction, enqueue) => enqueue(sampleJob, { sampleSetId }, sampleSetId));
}

async function enqueueImports(count: number): Promise<void> {
  await transactionWithJobs(async (_transaction, enqueue) => {
    for (let index = 0; index < count; index++) {
      const datasetId = randomUUID();
      const source = { kind: "folder" as const, path: "/nowhere" };
      await enqueue(importDatasetJob, { datasetId, source }, datasetId);
    }
  });
}

const stateOf = async (id: string) => (await db.job.findUniqueOrThrow({ where: { id } })).state;
const release = () => writeFileSync(join(dataFolder, "release"), "");

describe("a worker", () => {
  test("that is killed loses its job to another one within 20 seconds, which finishes it", async () => {
    const first = await startFixture();
    const id = await enqueueSample();
    await until("the first worker begins", () => events().includes(`began ${first.pid}`));
    const second = await startFixture();
    await endProcess(first, "SIGKILL");
    const takenUpMs = await until("the second worker begins", () => events().includes(`began ${second.pid}`));
    // The claim itself, not a measure of speed: 10 s of silence and a look every 2 s leave room on a busy machine.
    expect(takenUpMs).toBeLessThan(20_000);
    release();
    await until("the job succeeds", async () => (await stateOf(id)) === "SUCCEEDED");
    expect(await db.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ progress: 1, error: null });
  });

  test("removes what an interrupted upload left behind, by itself", async () => {
    const [old, fresh] = [randomUUID(), randomUUID()].map((name) => join(dataPaths().blobs, "drafts", name));
    mkdirSync(dirname(old!), { recursive: true });
    for (const draft of [old!, fresh!]) writeFileSync(draft, "half a checkpoint");
    const yesterday = new Date(Date.now() - 25 * 3600_000);
    utimesSync(old!, yesterday, yesterday);
    await startFixture();
    await until("the old draft is gone", () => !existsSync(old!));
    expect(existsSync(fresh!)).toBe(true);
    rmSync(fresh!);
  });

  test("that is told to stop hands its job back at once", async () => {
    const first = await startFixture();
    const id = await enqueueSample();
    await until("it begins", () => events().includes(`began ${first.pid}`));
    await endProcess(first, "SIGTERM");
    expect(first.exitCode).toBe(0);
    expect(await stateOf(id)).toBe("QUEUED");
    expect(await db.worker.count()).toBe(0);
    const second = await startFixture();
    // Far less than the ten seconds after which a silent worker counts as dead.
    await until("another one begins", () => events().includes(`began ${second.pid}`), 5_000);
    release();
    await until("the job succeeds", async () => (await stateOf(id)) === "SUCCEEDED");
  });

  test("stops a job within 3 seconds of its cancellation, and the job can be resumed", async () => {
    const worker = await startFixture();
    const id = await enqueueSample();
    await until("it begins", () => events().includes(`began ${worker.pid}`));
    await cancelJob(id);
    await until("it is aborted", () => events().includes(`aborted ${worker.pid}`), 3_000);
    expect(await stateOf(id)).toBe("CANCELLED");
    await expect(cancelJob(id)).rejects.toMatchObject({ code: "conflict" });
    release();
    const again = await retryJob(id);
    await until("it succeeds", async () => (await stateOf(again)) === "SUCCEEDED");
    expect(await stateOf(id)).toBe("CANCELLED");
  });

  test("runs imports alongside an engine job, and engine jobs one at a time", async () => {
    const worker = await startFixture();
    const first = await enqueueSample();
    await until("the first begins", () => events().includes(`began ${worker.pid}`));
    const second = await enqueueSample();
    await enqueueImports(1);
    await until("the import is done", () => events().includes(`imported ${worker.pid}`));
    expect([await stateOf(first), await stateOf(second)]).toEqual(["RUNNING", "QUEUED"]);
    release();
    await until("both are done", async () => (await stateOf(second)) === "SUCCEEDED");
  });

  test("takes the next job when one has ended, and is woken by a new one", async () => {
    await startFixture();
    const imported = () => events().filter((event) => event.startsWith("imported")).length;
    await enqueueImports(60);
    // Looking every half second would take 30 s.
    await until("all are done", () => imported() === 60, 15_000);
    let shortestMs = Number.POSITIVE_INFINITY;
    for (let done = 60; done < 68; done++) {
      const start = Date.now();
      // By then the worker has found the queue empty, half a second before its next look.
      await new Promise((resolve) => setTimeout(resolve, 100));
      await enqueueImports(1);
      await until("it is done", () => imported() === done + 1);
      shortestMs = Math.min(shortestMs, Date.now() - start);
    }
    expect(shortestMs).toBeLessThan(400);
  });

  test("records why a job failed, without retrying it", async () => {
    await startFixture();
    const fineTuneId = randomUUID();
    const id = await transactionWithJobs((_transaction, enqueue) =>
      enqueue(fineTuneJob, { fineTuneId }, fineTuneId),
    );
    await until("it fails", async () => (await stateOf(id)) === "FAILED");
    const { error, attempts } = await db.job.findUniqueOrThrow({ where: { id } });
    expect({ error, attempts }).toEqual({ error: "The weights are damaged. Take others.", attempts: 1 });
  });

  test("reports itself and the job's progress to the dashboard", async () => {
    const worker = await startFixture();
    await enqueueSample();
    await until(
      "progress shows",
      async () => (await listJobs({ states: ["RUNNING"] })).jobs[0]?.progress === 0.25,
    );
    expect((await listJobs({ states: ["RUNNING"] })).jobs).toMatchObject([
      { kind: "sample", note: "one of four" },
    ]);
    expect(await listWorkers()).toMatchObject([
      { pid: worker.pid, executionProvider: "cpu", declinedProviders: [{ provider: "webgpu" }] },
    ]);
    release();
  });
});

test("a transaction that fails enqueues nothing", async () => {
  const failing = transactionWithJobs(async (_transaction, enqueue) => {
    await enqueue(sampleJob, { sampleSetId: randomUUID() }, randomUUID());
    throw new Error("no");
  });
  const before = await db.job.count();
  await expect(failing).rejects.toThrow("no");
  expect(await db.job.count()).toBe(before);
  const [{ count }] = await db.$queryRaw<[{ count: bigint }]>`
    SELECT count(*) FROM pgboss.job WHERE id NOT IN (SELECT id FROM "Job")`;
  expect(count).toBe(0n);
});
