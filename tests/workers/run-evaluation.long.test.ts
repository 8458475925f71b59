/** Evaluating a run's models while it trains, and imported images, with the real engine, as jobs of one worker. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startEvaluation } from "@/jobs/evaluate/start";
import { startFineTune } from "@/jobs/fine-tune/start";
import { TrainingRecorder } from "@/jobs/fine-tune/training-recorder";
import { startImport } from "@/jobs/import-dataset/start";
import { startSampleImport } from "@/jobs/import-samples/start";
import { startPlannedEvaluation } from "@/jobs/sample/start-planned-evaluation";
import { createCaptionList } from "@/lib/datasets/create-caption-list";
import { reviseDataset } from "@/lib/datasets/revisions/revise-dataset";
import { dataPaths } from "@/lib/env";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { runEvaluation } from "@/lib/fine-tunes/run-evaluation";
import type { MetricName } from "@/lib/metrics/catalogue/metric-catalogue";
import { readBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";
import { drawImage } from "@/tests/images";
import { installTinyClip } from "@/tests/install-tiny-clip";
import { startWorker } from "@/workers/start-worker";

const { db, dataFolder } = await withTestDatabase();
const worker = await startWorker({ provider: "cpu", declined: [] });
// Before the database is dropped: the hooks run in reverse order.
afterAll(() => worker.stop());

/** Until no job waits or runs; throws the error of the first that failed. */
async function allSettled(): Promise<void> {
  for (;;) {
    const jobs = await db.job.findMany({ select: { kind: true, state: true, error: true } });
    const failed = jobs.find(({ state }) => state === "FAILED");
    if (failed) throw new Error(`${failed.kind}: ${failed.error}`);
    if (jobs.every(({ state }) => state === "SUCCEEDED")) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("a run's models are drawn and scored at the chosen epochs, once each", {
  timeout: 600_000,
}, async () => {
  installTinyClip(dataPaths().weights);
  const folder = join(dataFolder, "imports", "photographs");
  mkdirSync(folder);
  for (const index of [0, 1, 2]) {
    writeFileSync(join(folder, `dog-${index}.png`), await drawImage(index));
    writeFileSync(join(folder, `dog-${index}.txt`), `dog number ${"abc"[index]}\nthe same dog again`);
  }
  const { datasetId } = await startImport({ name: "dogs", source: { kind: "folder", path: folder } });
  await allSettled();

  const { fineTuneId } = await startFineTune({
    name: "run",
    datasetId,
    // Five steps of two images: an epoch ends in the middle of a step.
    settings: { preset: "tiny", epochs: 3, batchSize: 2, checkpointEverySteps: 1 },
    evaluation: {
      atEpochs: [1, 3],
      captionLimit: 2,
      metrics: ["clip-score", "nearest-real", "fid"],
      sampling: { steps: 2 },
    },
  });
  await allSettled();
  const run = await getFineTune(fineTuneId);
  expect(run.settings.keepEpochs).toEqual([1, 3]);
  expect(run.checkpoints.map(({ step, epoch }) => [step, Number(epoch?.toFixed(2))])).toEqual([
    [2, 1.33],
    [5, 3.33],
  ]);
  const sets = await db.sampleSet.findMany({
    orderBy: { createdAt: "asc" },
    include: { samples: true, evaluations: { include: { scores: true, imageScores: true } } },
  });
  expect(sets.map(({ name, baseCheckpointId }) => [name, baseCheckpointId])).toEqual(
    run.checkpoints.map(({ id, name }) => [name, id]),
  );
  for (const { samples, evaluations, plannedEvaluation } of sets) {
    expect(plannedEvaluation).toBeNull();
    expect(evaluations).toHaveLength(1);
    const [{ scores, imageScores, state }] = evaluations as [(typeof evaluations)[0]];
    expect(state).toBe("SUCCEEDED");
    const clipScore = scores.find(({ metric }) => metric === "clip-score")!;
    expect(clipScore).toMatchObject({ generatedCount: 2, remedy: null });
    const values = imageScores.filter(({ metric }) => metric === "clip-score");
    expect(values.map(({ sampleId }) => sampleId).sort()).toEqual(samples.map(({ id }) => id).sort());
    expect(clipScore.value).toBeCloseTo((values[0]!.value + values[1]!.value) / 2, 10);
    // A photograph's own id: pages show it beside the drawn image.
    const photographs = (await db.image.findMany()).map(({ id }) => id);
    for (const { nearestId } of imageScores.filter(({ metric }) => metric === "nearest-real")) {
      expect(photographs).toContain(nearestId);
    }
    expect(scores.find(({ metric }) => metric === "fid")!.remedy).toContain("semblance weights");
  }
  // The second evaluation met the same three photographs.
  const [first, second] = sets.map(({ evaluations }) => evaluations[0]!);
  expect([first!.computed, first!.reused]).toEqual([5, 0]);
  expect([second!.computed, second!.reused]).toEqual([2, 3]);

  // What a killed worker does again: the same checkpoint's event, its file still there, and the end of a drawing.
  const row = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
  const evaluation = runEvaluation.parse(row.evaluation);
  const recorder = new TrainingRecorder(
    { ...row, evaluation, keptSteps: [], epochsPerStep: 2 / 3 },
    () => {},
  );
  const { blobSha256 } = await db.checkpoint.findUniqueOrThrow({ where: { id: run.checkpoints[0]!.id } });
  const path = join(mkdtempSync(join(dataFolder, "again-")), "epoch.safetensors");
  writeFileSync(path, await readBlob(blobSha256));
  await recorder.recordAgain({ type: "checkpoint", step: 2, epoch: 4 / 3, path, kind: "kept" });
  expect(readdirSync(join(path, ".."))).toEqual([]);
  await startPlannedEvaluation(sets[0]!.id);
  expect([await db.checkpoint.count(), await db.sampleSet.count(), await db.evaluation.count()]).toEqual([
    2, 2, 2,
  ]);

  // Scored again, nothing has to be computed but the scores.
  const { evaluationId } = await startEvaluation({ sampleSetId: sets[0]!.id, metrics: ["clip-score"] });
  await allSettled();
  expect(await db.evaluation.findUniqueOrThrow({ where: { id: evaluationId } })).toMatchObject({
    computed: 0,
    reused: 2,
  });

  // Of a photograph that is held out, and the sample for its caption.
  const heldOut = await db.image.findFirstOrThrow({ where: { datasetId }, orderBy: { position: "asc" } });
  await reviseDataset(datasetId, { changes: { heldOut: [heldOut.id] }, reason: "" });
  const judged = await startEvaluation({
    sampleSetId: sets[0]!.id,
    split: "HELD_OUT",
    metrics: ["clip-score", "nearest-real"],
  });
  await allSettled();
  const scores = await db.score.findMany({ where: { evaluationId: judged.evaluationId } });
  expect(scores.map(({ realCount, generatedCount }) => Math.max(realCount, generatedCount))).toEqual([1, 1]);
  const [nearest] = await db.imageScore.findMany({
    where: { evaluationId: judged.evaluationId, metric: "nearest-real" },
  });
  expect(nearest!.nearestId).toBe(heldOut.id);
  await reviseDataset(datasetId, { changes: { training: [heldOut.id] }, reason: "" });
});

test("imported images are evaluated against photographs, and without any", {
  timeout: 300_000,
}, async () => {
  const { id: datasetId } = await db.dataset.findUniqueOrThrow({ where: { name: "dogs" } });
  const list = await createCaptionList({
    name: "prompts",
    file: "prompts.csv",
    text: "text,category\na red ball,Things\na dog,Animals",
  });
  const importInto = async (name: string, of: string, files: readonly string[]) => {
    const path = join(dataFolder, "imports", name);
    mkdirSync(path);
    for (const [index, file] of files.entries()) {
      writeFileSync(join(path, file), await drawImage(40 + index, { widthPx: 80 + 16 * index }));
    }
    const source = { kind: "folder" as const, path };
    const { sampleSetId } = await startSampleImport({ name, datasetId: of, source });
    await allSettled();
    return sampleSetId;
  };
  const scored = async (
    sampleSetId: string,
    metrics: readonly MetricName[],
    captionCategories: string[] = [],
  ) => {
    const { evaluationId } = await startEvaluation({
      ...{ sampleSetId, captionCategories },
      metrics: [...metrics],
    });
    await allSettled();
    const { scores } = await db.evaluation.findUniqueOrThrow({
      where: { id: evaluationId },
      include: { scores: true },
    });
    return new Map(scores.map((score) => [score.metric, score]));
  };
  const photographed = await importInto("ours", datasetId, ["dog-0.png", "dog-1.png", "dog-2.png"]);
  const against = await scored(photographed, ["clip-score", "nearest-real"]);
  expect(against.get("clip-score")).toMatchObject({ generatedCount: 3, remedy: null });
  expect(against.get("nearest-real")).toMatchObject({ generatedCount: 3, realCount: 3, remedy: null });

  const alone = await importInto("theirs", list.datasetId, ["1.png", "2.png"]);
  const without = await scored(alone, ["clip-score", "nearest-real"]);
  expect(without.get("clip-score")).toMatchObject({ generatedCount: 2, realCount: 0, remedy: null });
  expect(without.get("clip-score")!.value).not.toBeNull();
  expect(without.get("nearest-real")?.value ?? null).toBeNull();
  const things = (await scored(alone, ["clip-score"], ["category=Things"])).get("clip-score")!;
  const animals = (await scored(alone, ["clip-score"], ["category=Animals"])).get("clip-score")!;
  expect([things.generatedCount, animals.generatedCount]).toEqual([1, 1]);
  expect((things.value! + animals.value!) / 2).toBeCloseTo(without.get("clip-score")!.value!, 5);
});

test.each([
  [{ atEpochs: [5] }, "There is no epoch 5: the run ends after 4."],
  [{ atEpochs: [2], otherPartId: null }, "An upsampler cannot be evaluated without a base model."],
] as const)("a plan that cannot be kept is refused at the start: %j", async (evaluation, message) => {
  const { id: datasetId } = await db.dataset.upsert({
    where: { name: "ready" },
    create: { name: "ready", state: "READY" },
    update: {},
  });
  const start = startFineTune({
    name: crypto.randomUUID(),
    part: "UPSAMPLER",
    datasetId,
    settings: { epochs: 4 },
    evaluation: { ...evaluation, atEpochs: [...evaluation.atEpochs] },
  });
  await expect(start).rejects.toThrow(message);
});
