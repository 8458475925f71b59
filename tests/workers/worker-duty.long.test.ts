/** Workers that people drain, pause and resume, and workers that share a device. */
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { workers as workersVerb } from "@/cli/workers";
import { importDatasetJob } from "@/jobs/import-dataset/job";
import { sampleJob } from "@/jobs/sample/job";
import { listStoppedWorkers, listWorkers, workerState } from "@/lib/platform/jobs/list-workers";
import { stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { setWorkerDuty } from "@/lib/platform/jobs/worker-duty";
import { withTestDatabase } from "@/tests/database";
import { until } from "@/tests/until";
import { compileWorker, endProcess } from "./worker-process";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const processes: ChildProcess[] = [];
afterEach(async () => {
  for (const child of processes.splice(0)) await endProcess(child, "SIGKILL");
  for (const file of ["events", "release"]) rmSync(join(dataFolder, file), { force: true });
  await db.worker.deleteMany();
});

const events = () => {
  const path = join(dataFolder, "events");
  return existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
};

const startProcess = await compileWorker("fixture-worker");

async function startFixture(): Promise<{ id: string; pid: number; child: ChildProcess }> {
  const child = startProcess();
  processes.push(child);
  await until("the worker is ready", () => events().includes(`ready ${child.pid}`));
  const { id } = await db.worker.findFirstOrThrow({ where: { pid: child.pid! } });
  return { id, pid: child.pid!, child };
}

function enqueueSample(): Promise<string> {
  const sampleSetId = randomUUID();
  return transactionWithJobs((_transaction, enqueue) => enqueue(sampleJob, { sampleSetId }, sampleSetId));
}

function enqueueImport(): Promise<string> {
  const datasetId = randomUUID();
  const source = { kind: "folder" as const, path: "/nowhere" };
  return transactionWithJobs((_transaction, enqueue) =>
    enqueue(importDatasetJob, { datasetId, source }, datasetId),
  );
}

const stateOf = async (id: string) => (await db.job.findUniqueOrThrow({ where: { id } })).state;
const labelOf = async (workerId: string) => {
  const worker = (await listWorkers()).find(({ id }) => id === workerId);
  return worker ? workerState(worker).label : "silent";
};

test("a drained worker finishes its job, takes no new one, says so, and takes jobs again when it is resumed", {
  timeout: 600_000,
}, async () => {
  const worker = await startFixture();
  expect(await labelOf(worker.id)).toBe("Takes jobs");
  const running = await enqueueSample();
  await until("it begins", () => events().includes(`began ${worker.pid}`));
  await workersVerb("drain", worker.id.slice(0, 8));
  await until("it has heard", async () => (await labelOf(worker.id)) === "Draining");
  const waiting = await enqueueImport();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect([await stateOf(running), await stateOf(waiting)]).toEqual(["RUNNING", "QUEUED"]);
  expect(await labelOf(worker.id)).toBe("Draining");
  writeFileSync(join(dataFolder, "release"), "");
  await until("it says that it is free", async () => (await labelOf(worker.id)) === "Drained");
  expect([await stateOf(running), await stateOf(waiting)]).toEqual(["SUCCEEDED", "QUEUED"]);
  const said: string[] = [];
  await workersVerb("list", undefined, { write: (text: string) => said.push(text) > 0 });
  expect(said.join("")).toMatch(/cpu +drained/);
  await setWorkerDuty(worker.id, "WORK");
  await until("the import ends", async () => (await stateOf(waiting)) === "SUCCEEDED");
  expect(await labelOf(worker.id)).toBe("Takes jobs");
  const entries = await db.auditEntry.findMany({
    where: { subjectId: worker.id },
    orderBy: { sequence: "asc" },
  });
  expect(entries.map(({ action }) => action)).toEqual(["worker.drained", "worker.resumed"]);
});

test("a worker that was drained takes no jobs when it is started again, whether it was stopped or killed, until it is resumed", {
  timeout: 600_000,
}, async () => {
  const drained = await startFixture();
  await setWorkerDuty(drained.id, "DRAIN");
  await until("it is drained", async () => (await labelOf(drained.id)) === "Drained");
  await endProcess(drained.child, "SIGTERM");
  expect(await listStoppedWorkers()).toMatchObject([{ id: drained.id, duty: "DRAIN", device: "cpu" }]);
  const killed = await startFixture();
  await until("it has heard", async () => (await labelOf(killed.id)) === "Drained");
  expect(await listStoppedWorkers()).toEqual([]);
  const waiting = await enqueueImport();
  await endProcess(killed.child, "SIGKILL");
  // Heard of a moment ago: that it is dead shows in its process alone.
  const last = await startFixture();
  await until("it has heard", async () => (await labelOf(last.id)) === "Drained");
  expect(await db.worker.findMany({ select: { id: true } })).toEqual([{ id: last.id }]);
  expect(await stateOf(waiting)).toBe("QUEUED");
  // Another one of the machine, started beside it, was told nothing.
  const beside = await startFixture();
  await until("the import ends", async () => (await stateOf(waiting)) === "SUCCEEDED");
  await endProcess(beside.child, "SIGTERM");
  await endProcess(last.child, "SIGTERM");
  await workersVerb("resume", last.id.slice(0, 8));
  expect(await listStoppedWorkers()).toEqual([]);
  expect(await labelOf((await startFixture()).id)).toBe("Takes jobs");
});

test("of two workers on one device one computes; paused, it hands its job back, and the other goes on with it", {
  timeout: 600_000,
}, async () => {
  const first = await startFixture();
  const second = await startFixture();
  expect([await labelOf(first.id), await labelOf(second.id)]).toEqual(["Takes jobs", "Stands by"]);
  const [running, next] = [await enqueueSample(), await enqueueSample()];
  await until("the first begins", () => events().includes(`began ${first.pid}`));
  const imports = [await enqueueImport(), await enqueueImport()];
  for (const id of imports) await until("it is imported", async () => (await stateOf(id)) === "SUCCEEDED");
  expect([await stateOf(running), await stateOf(next)]).toEqual(["RUNNING", "QUEUED"]);
  await setWorkerDuty(first.id, "PAUSE");
  await until("it is handed back", () => events().includes(`aborted ${first.pid}`));
  await until("the other takes it over", () => events().includes(`began ${second.pid}`));
  expect([await labelOf(first.id), await labelOf(second.id)]).toEqual(["Paused", "Takes jobs"]);
  expect(await db.job.findUniqueOrThrow({ where: { id: running } })).toMatchObject({
    state: "RUNNING",
    workerId: second.id,
  });
  // Resumed, it stands by, until the other one stops.
  await setWorkerDuty(first.id, "WORK");
  await until("it stands by", async () => (await labelOf(first.id)) === "Stands by");
  await endProcess(second.child, "SIGTERM");
  await until(
    "it computes again",
    () => events().filter((event) => event === `began ${first.pid}`).length === 2,
  );
});

test("a worker that has stopped cannot be told anything", async () => {
  await expect(setWorkerDuty(randomUUID(), "DRAIN")).rejects.toThrow("This worker has stopped.");
  await expect(workersVerb("drain", "no such id")).rejects.toThrow("No worker has the id “no such id”.");
  await expect(workersVerb("stop")).rejects.toThrow("semblance workers has no action “stop”.");
});
