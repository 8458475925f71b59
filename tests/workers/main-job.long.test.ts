/** The whole workflow with the real engine: import, train, sample, evaluate, as jobs of one worker. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { cancelJobOf } from "@/jobs/cancel-job";
import { startEvaluation } from "@/jobs/evaluate/start";
import { startFineTune } from "@/jobs/fine-tune/start";
import { startImport } from "@/jobs/import-dataset/start";
import { retryJobOf } from "@/jobs/retry-job";
import { startSampleSet } from "@/jobs/sample/start";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { listEvaluations } from "@/lib/evaluations/list-evaluations";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { startWorker } from "@/workers/start-worker";

const { db, dataFolder } = await withTestDatabase();
const worker = await startWorker({ provider: "cpu", declined: [] });
// Before the database is dropped: the hooks run in reverse order.
afterAll(() => worker.stop());

async function settled(jobId: string): Promise<void> {
  for (;;) {
    const { state, error } = await db.job.findUniqueOrThrow({ where: { id: jobId } });
    if (state === "SUCCEEDED") return;
    if (state === "FAILED" || state === "CANCELLED") throw new Error(`${state}: ${error}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function untilTraining(fineTuneId: string): Promise<void> {
  for (;;) {
    if ((await db.lossPoint.count({ where: { fineTuneId } })) > 0) return;
    const { state, error } = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
    if (state === "FAILED") throw new Error(String(error));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("photographs become a dataset, a model, samples of it, and scores", { timeout: 600_000 }, async () => {
  const folder = join(dataFolder, "imports", "photographs");
  mkdirSync(folder);
  for (const index of [0, 1, 2]) {
    writeFileSync(join(folder, `dog-${index}.png`), await drawImage(index));
    writeFileSync(join(folder, `dog-${index}.txt`), `dog number ${index}`);
  }
  const imported = await startImport({ name: "dogs", source: { kind: "folder", path: folder } });
  await settled(imported.jobId);

  // Cancelled in the middle and resumed.
  const { fineTuneId } = await startFineTune({
    name: "first",
    datasetId: imported.datasetId,
    settings: {
      preset: "tiny",
      epochs: 12,
      batchSize: 1,
      checkpointEverySteps: 1000,
      keepEpochs: [1],
      previewCaptions: ["a dog"],
      previewEverySteps: 36,
    },
  });
  await untilTraining(fineTuneId);
  await cancelJobOf(fineTuneId);
  expect((await getFineTune(fineTuneId)).state).toBe("CANCELLED");
  // Whatever is changed meanwhile, it goes on with what it began with, and would refuse anything else.
  const [, second, third] = await db.image.findMany({
    where: { datasetId: imported.datasetId },
    orderBy: { position: "asc" },
    include: { captions: true },
  });
  await reviseDataset(imported.datasetId, {
    changes: {
      edited: [{ captionId: third!.captions[0]!.id, text: "a dog that it has never seen" }],
      heldOut: [second!.id],
      excluded: [third!.id],
    },
    reason: "while it trains",
  });
  const jobId = await retryJobOf(fineTuneId);
  await settled(jobId);
  const run = await getFineTune(fineTuneId);
  expect(run).toMatchObject({ state: "SUCCEEDED", step: 36, totalSteps: 36, secondsLeft: null, error: null });
  expect(run.curves.loss!.map(([step]) => step)).toEqual(Array.from({ length: 36 }, (_, index) => index + 1));
  expect(run.curves.loss!.every(([, loss]) => loss > 0 && loss < 10)).toBe(true);
  expect(run.previews).toMatchObject([{ step: 36, caption: "a dog" }]);
  expect(run.checkpoints.map(({ name, step }) => [name, step])).toEqual([
    ["first, epoch 1", 3],
    ["first, epoch 12", 36],
  ]);
  // Nothing that it had learnt before was lost: the state was saved when it was cancelled.
  const log = run.log.map(({ message }) => message).join("\n");
  const [, stopped] = /Stopped after step (\d+); its state is saved/.exec(log)!;
  expect(log).toContain(`Continued after step ${stopped} of 36`);
  // What a run does can be followed in its log.
  expect(log).toMatch(/^Training on \d+ images for 12 epochs, batch size 1, on cpu\.$/m);
  expect(log).toMatch(
    /^Step 36 of 36, epoch 12: mean loss [\d.]+ over \d steps?, learning rate .*, [\d.]+ steps\/s\.$/m,
  );
  expect(log).toContain("Step 36: preview of “a dog”.");
  expect(log).toMatch(/^Step 3: “first, epoch 1” saved as a checkpoint, \d+ parameters\.$/m);
  expect(existsSync(join(dataFolder, "runs", fineTuneId))).toBe(false);

  const drawn = await startSampleSet({
    name: "after",
    datasetId: imported.datasetId,
    baseCheckpointId: run.checkpoints[1]!.id,
    captionLimit: 2,
    settings: { steps: 2, samplesPerCaption: 2, firstSeed: 5 },
  });
  await settled(drawn.jobId);
  const grid = await getSampleGrid([drawn.sampleSetId]);
  expect(grid.rows.map(({ caption, cells }) => [caption, cells[0]!.map(({ seed }) => seed)])).toEqual([
    ["dog number 0", [5, 6]],
    ["dog number 1", [5, 6]],
  ]);
  const image = await readBlob(grid.rows[0]!.cells[0]![0]!.sha256);
  expect(await sharp(image).metadata()).toMatchObject({ format: "png", width: 64, height: 64 });

  const { evaluationId, jobId: evaluating } = await startEvaluation({ sampleSetId: drawn.sampleSetId });
  await settled(evaluating);
  const { evaluations } = await listEvaluations({ sampleSetIds: [drawn.sampleSetId] });
  expect(evaluations[0]).toMatchObject({ id: evaluationId, state: "SUCCEEDED" });
  // Without weights there are no figures, but it is said what installs them.
  expect(evaluations[0]!.scores.map(({ metric, value }) => [metric, value])).toEqual([
    ["clip-score", null],
    ["fid", null],
    ["kid", null],
  ]);
  expect(evaluations[0]!.scores.every(({ remedy }) => remedy?.includes("semblance weights"))).toBe(true);
});
