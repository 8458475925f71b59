/** What is stored of a run's validations, and its best model. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { startFineTune } from "@/jobs/fine-tune/start";
import { TrainingRecorder } from "@/jobs/fine-tune/training-recorder";
import { listJobs } from "@/jobs/list-jobs";
import { getFineTune } from "@/lib/fine-tunes/get-fine-tune";
import { stopQueue } from "@/lib/platform/jobs/queue";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { withTestDatabase } from "@/tests/database";

const { db, dataFolder } = await withTestDatabase();
afterAll(() => stopQueue());

const dataset = await db.dataset.create({ data: { name: "dogs", state: "READY" } });
const start = (settings: object) => startFineTune({ name: "run", datasetId: dataset.id, settings });

test("validations, the warning with its line in the log, and its end are stored; repeated ones change nothing", async () => {
  const { fineTuneId } = await start({});
  const run = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
  const recorder = new TrainingRecorder(
    { ...run, evaluation: null, epochsPerStep: 1, keptSteps: [] },
    () => {},
  );
  const validation = (step: number, heldOut: number, isOverfit: boolean) =>
    recorder.record({
      type: "validation",
      step,
      losses: { heldOut, training: 0.1 },
      bands: [{ heldOut, training: 0.1 }],
      isAverage: true,
      isBest: false,
      overfitting: isOverfit
        ? {
            sinceStep: 10,
            heldOut: { difference: 0.02, low: 0.01, high: 0.03 },
            training: { difference: -0.05, low: -0.06, high: -0.04 },
          }
        : null,
    });
  await validation(10, 0.2, false);
  await validation(20, 0.3, true);
  await validation(20, 0.3, true);
  const warned = await getFineTune(fineTuneId);
  expect(warned.validations.map(({ step, heldOut }) => [step, heldOut])).toEqual([
    [10, 0.2],
    [20, 0.3],
  ]);
  expect(warned.warning).toBe(
    "The run overfits: since about step 10, the loss of held-out images has risen by 0.02 (95% interval 0.01 to 0.03), while that of training images has fallen by 0.05 (0.04 to 0.06).",
  );
  const alarms = warned.log.filter(({ level }) => level === "WARNING");
  expect(alarms.map(({ message }) => message)).toEqual([warned.warning]);
  expect((await listJobs()).jobs[0]).toMatchObject({ warning: warned.warning });
  await validation(30, 0.15, false);
  const better = await getFineTune(fineTuneId);
  expect(better.warning).toBeNull();
  expect(better.log.at(-1)!.message).toBe("The run no longer overfits.");
});

test.each([
  [{ validationEverySteps: 5 }, "settings.validationEverySteps", "no held-out photographs"],
  [{ validationEverySteps: 5, validationSet: "cats" }, "settings.validationSet", "no dataset “cats”"],
  [{ validationEverySteps: 5, validationSet: "dogs" }, "settings.validationSet", "learns from"],
  [{ validationSet: "cats" }, "settings.validationSet", "never validated"],
  [{ priorWeight: 1, classPrompt: "a dog" }, "settings.classImages", "from scratch"],
  [{ priorWeight: 1, classImages: "dogs" }, "settings.classImages", "no images of the class"],
  [{ consistencyWeight: 1, trained: "unet" }, "settings.consistencyWeight", "only the UNet"],
  [{ consistencyWeight: 1, batchSize: 1 }, "settings.consistencyWeight", "a batch has one image"],
  [{ consistencyWeight: 1 }, "settings.consistencyWeight", "no image has several captions"],
  [{ priorWeight: 1, classImages: "wolves" }, "settings.classImages", "no dataset or sample set"],
])("refuses %o at its field, in words", async (settings, field, words) => {
  await expect(start(settings)).rejects.toMatchObject({
    details: { field },
    message: expect.stringContaining(words),
  });
});

test("the term of consistency between captions is stored where a step has it", async () => {
  const { id: fineTuneId } = await db.fineTune.create({
    data: { name: "consistent", part: "BASE", datasetId: dataset.id, settings: {} },
  });
  const run = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
  const recorder = new TrainingRecorder(
    { ...run, evaluation: null, epochsPerStep: 1, keptSteps: [] },
    () => {},
  );
  const step = { type: "loss", totalSteps: 2, loss: 0.5, gradientNorm: 1, learningRate: 1e-4 } as const;
  await recorder.record({ ...step, step: 1, consistencyLoss: 2.5, stepsPerSecond: 1, secondsLeft: 1 });
  await recorder.record({ ...step, step: 2, stepsPerSecond: 1, secondsLeft: 0 });
  await recorder.flush();
  expect((await getFineTune(fineTuneId)).curves.consistencyLoss).toEqual([[1, 2.5]]);
});

test("a preview that looks like a training image is stored beside it, with a warning in the log", async () => {
  const { fineTuneId } = await startFineTune({ name: "copies", datasetId: dataset.id, settings: {} });
  const run = await db.fineTune.findUniqueOrThrow({ where: { id: fineTuneId } });
  const recorder = new TrainingRecorder(
    { ...run, evaluation: null, epochsPerStep: 1, keptSteps: [] },
    () => {},
  );
  const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#406080" } })
    .png()
    .toBuffer();
  const { sha256 } = await storeBlob(png, { mediaType: "image/png", widthPx: 8, heightPx: 8 });
  const { id: imageId } = await db.image.create({
    data: {
      datasetId: dataset.id,
      stem: "rex",
      fileName: "rex.png",
      position: 0,
      blobSha256: sha256,
      widthPx: 8,
      heightPx: 8,
    },
  });
  const pngPath = join(dataFolder, "preview.png");
  const preview = async (step: number, distance: number) => {
    await writeFile(pngPath, png);
    const nearest = { name: "rex.png", sha256, distance };
    await recorder.record({ type: "preview", step, caption: "a dog", seed: 0, pngPath, nearest });
  };
  await preview(100, 14.5);
  await preview(200, 3.25);
  const { previews, log } = await getFineTune(fineTuneId);
  expect(previews).toEqual([
    expect.objectContaining({ step: 100, nearestDistance: 14.5, copied: null }),
    expect.objectContaining({
      step: 200,
      nearestDistance: 3.25,
      copied: { imageId, name: "rex.png", sha256 },
    }),
  ]);
  expect(log.filter(({ level }) => level === "WARNING").map(({ message }) => message)).toEqual([
    "Step 200: the preview of “a dog” looks like the training image rex.png; they differ by 3.3 of 255 levels.",
  ]);
});
