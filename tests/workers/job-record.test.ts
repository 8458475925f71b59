import { randomUUID } from "node:crypto";
import { afterAll, expect, test } from "vitest";
import { stopQueue, transactionWithJobs } from "@/lib/jobs/queue";
import { withTestDatabase } from "@/tests/database";
import {
  beginJob,
  isLostDatabase,
  isStillRunning,
  recordProgress,
  recordSuccess,
} from "@/workers/job-record";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());

const [first, second] = [randomUUID(), randomUUID()];

function enqueue(): Promise<string> {
  const sampleSetId = randomUUID();
  return transactionWithJobs((_transaction, add) => add("sample", { sampleSetId }, sampleSetId));
}

test("a job that ends its worker again and again is given up after five runs without progress", async () => {
  const id = await enqueue();
  for (let run = 0; run < 5; run++) expect(await beginJob(id, first)).not.toBeNull();
  expect(await beginJob(id, first)).toBeNull();
  expect(await db.job.findUnique({ where: { id } })).toMatchObject({
    state: "FAILED",
    error: expect.stringContaining("ended 5 times in a row"),
  });
});

test("a job that gets on between its workers' ends is never given up", async () => {
  const id = await enqueue();
  for (let run = 0; run < 12; run++) {
    expect(await beginJob(id, first)).not.toBeNull();
    await recordProgress(id, first, run / 12, "");
  }
});

test("a worker that lost its job to another one can no longer say how it ended", async () => {
  const id = await enqueue();
  const job = (await beginJob(id, first))!;
  await beginJob(id, second);
  expect([await isStillRunning(id, first), await isStillRunning(id, second)]).toEqual([false, true]);
  await recordProgress(id, first, 0.9, "late");
  await recordSuccess(job, first);
  expect(await db.job.findUnique({ where: { id } })).toMatchObject({ state: "RUNNING", progress: 0 });
  await recordSuccess(job, second);
  expect(await beginJob(id, first)).toBeNull();
});

test("a database that went away is told from an error of the job", () => {
  const wrapped = new Error("query failed", {
    cause: Object.assign(new Error("x"), { code: "ECONNREFUSED" }),
  });
  expect(isLostDatabase(wrapped)).toBe(true);
  expect(isLostDatabase(new Error("terminating connection due to administrator command"))).toBe(true);
  expect(isLostDatabase(new Error("the weights are damaged"))).toBe(false);
  expect(isLostDatabase(undefined)).toBe(false);
});
