import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { cancelJob } from "@/jobs/cancel-job";
import { sampleJob } from "@/jobs/sample/job";
import { stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import {
  beginJob,
  findClaim,
  isStillStored,
  recordProgress,
  recordSuccess,
  releaseCancelled,
} from "@/workers/job-record";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());

const [first, second] = [randomUUID(), randomUUID()];

function enqueue(): Promise<string> {
  const sampleSetId = randomUUID();
  return transactionWithJobs((_transaction, add) => add(sampleJob, { sampleSetId }, sampleSetId));
}

test("a job that keeps crashing its worker is given up after five runs without progress", async () => {
  const id = await enqueue();
  for (let run = 0; run < 5; run++) expect(await beginJob(id, first)).not.toBeNull();
  expect(await beginJob(id, first)).toBeNull();
  expect(await db.job.findUnique({ where: { id } })).toMatchObject({
    state: "FAILED",
    error: expect.stringContaining("ended 5 times in a row"),
  });
});

test.each([
  ["of a kind that this version does not have", "paint"],
  ["whose payload this version cannot read", "sample"],
])("a job %s is given up at once instead of being tried for ever", async (_case, kind) => {
  const id = randomUUID();
  await db.job.create({ data: { id, kind, subjectId: randomUUID(), payload: { of: "another version" } } });
  expect(await beginJob(id, first)).toBeNull();
  expect(await db.job.findUnique({ where: { id } })).toMatchObject({
    state: "FAILED",
    error: expect.stringContaining("Another version of Semblance created this job"),
  });
});

test("a job that makes progress between crashes of its workers is never given up", async () => {
  const id = await enqueue();
  for (let run = 0; run < 12; run++) {
    expect(await beginJob(id, first)).not.toBeNull();
    await recordProgress(id, first, run / 12, "");
  }
});

test("a worker that lost its job to another one can no longer report how it ended", async () => {
  const id = await enqueue();
  const job = (await beginJob(id, first))!;
  await beginJob(id, second);
  expect([await findClaim(id, first), await findClaim(id, second)]).toEqual(["lost", "ours"]);
  await recordProgress(id, first, 0.9, "late");
  await recordSuccess(job, first);
  expect(await db.job.findUnique({ where: { id } })).toMatchObject({ state: "RUNNING", progress: 0 });
  await recordSuccess(job, second);
  expect(await beginJob(id, first)).toBeNull();
});

test("a cancelled job's row is worked on again once its worker has stored what it had, or is dead", async () => {
  const sampleSetId = randomUUID();
  const add = () =>
    transactionWithJobs((_transaction, enqueue) => enqueue(sampleJob, { sampleSetId }, sampleSetId));
  const cancelled = await add();
  await beginJob(cancelled, first);
  await cancelJob(cancelled);
  expect(await findClaim(cancelled, first)).toBe("cancelled");
  const again = (await beginJob(await add(), second))!;
  const worker = { id: first, hostname: "here", pid: 1, executionProvider: "cpu", declinedProviders: [] };
  await db.worker.create({ data: worker });
  expect(await isStillStored(again)).toBe(true);
  await db.worker.update({ where: { id: first }, data: { lastSeenAt: new Date(Date.now() - 60_000) } });
  expect(await isStillStored(again)).toBe(false);
  await db.worker.update({ where: { id: first }, data: { lastSeenAt: new Date() } });
  await releaseCancelled(cancelled, first);
  expect(await isStillStored(again)).toBe(false);
});
