import { afterAll, describe, expect, test } from "vitest";
import { cancelJobOf } from "@/jobs/cancel-job";
import { startFineTune } from "@/jobs/fine-tune/start";
import { retryJobOf } from "@/jobs/retry-job";
import { deleteFineTune } from "@/lib/fine-tunes/delete-fine-tune";
import { getFineTune, getFineTuneProgress } from "@/lib/fine-tunes/get-fine-tune";
import { listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { withTestDatabase } from "@/tests/database";

const { db } = await withTestDatabase();
afterAll(() => stopQueue());

const ready = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
const importing = await db.dataset.create({ data: { name: "cats" } });
const upsampler = await db.checkpoint.create({
  data: {
    name: "up",
    part: "UPSAMPLER",
    blobSha256: "0".repeat(64),
    format: "safetensors",
    // Enlarges images of 16 px; a base trained from scratch draws 64.
    options: { image_size: 64 },
    parameterCount: 1,
    tensorCount: 1,
  },
});

let runs = 0;
const start = () => startFineTune({ name: `run ${++runs}`, datasetId: ready.id, settings: { epochs: 2 } });

describe("starting a fine-tune", () => {
  test("fills in the defaults and waits in the queue", async () => {
    const { fineTuneId } = await start();
    const run = await getFineTune(fineTuneId);
    expect(run).toMatchObject({
      state: "QUEUED",
      part: "BASE",
      startCheckpoint: null,
      curves: {},
      previews: [],
    });
    expect(run.settings).toMatchObject({ epochs: 2, learningRate: 1e-4, batchSize: 4 });
    expect((await listFineTunes()).fineTunes[0]).toMatchObject({ id: fineTuneId, dataset: { name: "dogs" } });
  });

  test.each([
    ["a dataset that is still imported", { datasetId: importing.id }, "conflict", "datasetId"],
    ["a dataset that is not there", { datasetId: upsampler.id }, "not_found", "datasetId"],
    ["a model of the other part", { startCheckpointId: upsampler.id }, "invalid_input", "startCheckpointId"],
    ["a model that is not there", { startCheckpointId: ready.id }, "not_found", "startCheckpointId"],
    [
      "an evaluation with an upsampler of another size",
      { evaluation: { atEpochs: [1], otherPartId: upsampler.id } },
      "invalid_input",
      "evaluation.otherPartId",
    ],
  ])("refuses %s at its field", async (_case, input, code, field) => {
    const jobs = await db.job.count();
    await expect(
      startFineTune({ name: "no", datasetId: ready.id, settings: {}, ...input }),
    ).rejects.toMatchObject({ code, details: { field } });
    expect([await db.job.count(), await db.fineTune.count({ where: { name: "no" } })]).toEqual([jobs, 0]);
  });

  test("rejects settings out of range, each at its field", async () => {
    const failing = startFineTune({
      name: "no",
      datasetId: ready.id,
      settings: { epochs: 0, learningRate: -1 },
    });
    await expect(failing).rejects.toMatchObject({
      issues: [{ path: ["settings", "epochs"] }, { path: ["settings", "learningRate"] }],
    });
  });
});

test("a queued fine-tune can be cancelled and resumed, once even if two people press the button", async () => {
  const { fineTuneId } = await start();
  await expect(retryJobOf(fineTuneId)).rejects.toMatchObject({ code: "conflict" });
  await cancelJobOf(fineTuneId);
  expect((await getFineTune(fineTuneId)).state).toBe("CANCELLED");
  await expect(cancelJobOf(fineTuneId)).rejects.toMatchObject({ code: "conflict" });
  const presses = await Promise.allSettled([retryJobOf(fineTuneId), retryJobOf(fineTuneId)]);
  expect(presses.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect((await getFineTune(fineTuneId)).state).toBe("QUEUED");
  expect(await db.job.count({ where: { subjectId: fineTuneId, state: "QUEUED" } })).toBe(1);
});

test("a page that follows a run gets only what is new", async () => {
  const { fineTuneId } = await start();
  await db.lossPoint.createMany({
    data: [1, 2, 3].map((step) => ({ fineTuneId, step, loss: 1 / step, gradientNorm: 1, learningRate: 1 })),
  });
  for (const message of ["one", "two"]) await db.logLine.create({ data: { fineTuneId, message } });
  const first = await getFineTuneProgress(fineTuneId);
  expect(first.curves.loss).toEqual([
    [1, 1],
    [2, 0.5],
    [3, 0.333333],
  ]);
  expect(first.log.map(({ message }) => message)).toEqual(["one", "two"]);
  await db.logLine.create({ data: { fineTuneId, message: "three" } });
  const next = await getFineTuneProgress(fineTuneId, { step: 2, stride: 1, logId: first.log[1]!.id });
  expect(next.curves).toEqual({ loss: [[3, 0.333333]], gradientNorm: [[3, 1]], learningRate: [[3, 1]] });
  expect(next.log.map(({ message }) => message)).toEqual(["three"]);
});

test("warnings and errors are shown however many lines have followed", async () => {
  const { fineTuneId } = await start();
  await db.logLine.create({ data: { fineTuneId, level: "WARNING", message: "left out" } });
  await db.logLine.createMany({
    data: Array.from({ length: 520 }, (_, line) => ({ fineTuneId, message: `line ${line}` })),
  });
  const { log } = await getFineTuneProgress(fineTuneId);
  expect(log).toHaveLength(501);
  expect(log[0]).toMatchObject({ level: "WARNING", message: "left out" });
  expect(log.at(-1)).toMatchObject({ level: "INFO", message: "line 519" });
});

test("a run can be deleted once it has ended; its models stay", async () => {
  const { fineTuneId } = await start();
  await expect(deleteFineTune(fineTuneId)).rejects.toMatchObject({ code: "conflict" });
  await cancelJobOf(fineTuneId);
  const { id } = await db.checkpoint.create({
    data: {
      name: "made",
      part: "BASE",
      blobSha256: "1".repeat(64),
      format: "safetensors",
      options: {},
      parameterCount: 1,
      tensorCount: 1,
      fineTuneId,
    },
  });
  await deleteFineTune(fineTuneId);
  expect(await db.checkpoint.findUnique({ where: { id } })).toMatchObject({ fineTuneId: null });
  await expect(getFineTune(fineTuneId)).rejects.toMatchObject({ code: "not_found" });
});
