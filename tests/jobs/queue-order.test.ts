/** The order in which a worker takes jobs, also after people have moved them. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeEach, expect, test } from "vitest";
import { drawCaptionJob } from "@/jobs/draw-caption/job";
import { evaluateJob } from "@/jobs/evaluate/job";
import { fineTuneJob } from "@/jobs/fine-tune/job";
import { listJobs } from "@/jobs/list-jobs";
import { findQueuePlace, moveJob, moveJobOf } from "@/jobs/queue-order";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { startQueue, stopQueue, transactionWithJobs } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());
beforeEach(async () => {
  await taken();
  await db.job.deleteMany();
});

const fineTune = { job: fineTuneJob, payload: (id: string) => ({ fineTuneId: id }) };
const evaluation = { job: evaluateJob, payload: (id: string) => ({ evaluationId: id }) };
const drawing = {
  job: drawCaptionJob,
  payload: (id: string) => ({
    drawingId: id,
    caption: "a dog",
    baseCheckpointId: id,
    upsamplerCheckpointId: null,
    settings: sampleSettings.parse({}),
  }),
};

/** In one transaction, as those that a run's evaluations make. @returns the jobs' ids */
function enqueue(...kinds: (typeof fineTune | typeof evaluation | typeof drawing)[]): Promise<string[]> {
  return transactionWithJobs(async (_transaction, add) => {
    const ids: string[] = [];
    for (const { job, payload } of kinds) {
      const id = randomUUID();
      ids.push(await add(job as typeof fineTuneJob, payload(id) as never, id));
    }
    return ids;
  });
}

/** Ids of all that wait, in the order in which a worker fetches them. */
async function taken(): Promise<string[]> {
  const boss = await startQueue();
  const ids: string[] = [];
  for (;;) {
    const [job] = await boss.fetch<object>("engine");
    if (!job) return ids;
    ids.push(job.id);
    await db.job.updateMany({ where: { id: job.id }, data: { state: "SUCCEEDED" } });
    await boss.complete("engine", job.id);
  }
}

test("drawings go before evaluations, these before training, and within a kind the older before the newer", async () => {
  const [run, second, judged, drawn, judgedToo] = await enqueue(
    fineTune,
    fineTune,
    evaluation,
    drawing,
    evaluation,
  );
  expect(await taken()).toEqual([drawn, judged, judgedToo, run, second]);
});

test("a waiting job is moved up, down and to the front, among those of its kind", async () => {
  const [a, b, judged, c] = await enqueue(fineTune, fineTune, evaluation, fineTune);
  const places = async () => {
    const { jobs } = await listJobs();
    return Object.fromEntries(jobs.map((job) => [job.id, [job.canMoveUp, job.canMoveDown]]));
  };
  expect(await places()).toEqual({
    [a!]: [false, true],
    [b!]: [true, true],
    [c!]: [true, false],
    [judged!]: [false, false],
  });
  await moveJob(c!, "up");
  await moveJob(a!, "down");
  expect(await findQueuePlace(c!)).toEqual({ ahead: 1, canMoveUp: false, canMoveDown: true });
  expect(await findQueuePlace(b!)).toEqual({ ahead: 3, canMoveUp: true, canMoveDown: false });
  await moveJob(b!, "first");
  expect(await db.auditEntry.count({ where: { action: "job.moved" } })).toBe(3);
  expect(await taken()).toEqual([judged, b, c, a]);
});

test("a job keeps its place when its worker hands it back", async () => {
  const [a, b] = await enqueue(fineTune, fineTune);
  await moveJob(b!, "up");
  const boss = await startQueue();
  const [job] = await boss.fetch("engine");
  expect(job!.id).toBe(b);
  await boss.fail("engine", b!);
  expect(await taken()).toEqual([b, a]);
});

test("a job that cannot be moved says why", async () => {
  const [a, b] = await enqueue(fineTune, fineTune);
  await expect(moveJob(a!, "up")).rejects.toThrow("No job of this kind waits before it.");
  await expect(moveJob(b!, "down")).rejects.toThrow("No job of this kind waits behind it.");
  await expect(moveJob(randomUUID(), "up")).rejects.toMatchObject({ code: "not_found" });
  // A worker has it already, and has not said so yet.
  const boss = await startQueue();
  await boss.fetch("engine");
  await expect(moveJob(a!, "down")).rejects.toThrow("Only jobs that wait can be moved");
  await db.job.update({ where: { id: a! }, data: { state: "SUCCEEDED" } });
  const { subjectId } = await db.job.findUniqueOrThrow({ where: { id: a! } });
  await expect(moveJobOf(subjectId, "up")).rejects.toThrow("Only jobs that wait can be moved");
  expect(await findQueuePlace(a!)).toBeNull();
});
