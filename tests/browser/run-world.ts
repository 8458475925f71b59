/** Two finished runs with everything that their pages show, written straight into the database. */
import sharp from "sharp";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { storeFinalLoss } from "@/lib/fine-tunes/final-loss";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";

export const runSteps = 3000;

export type RunWorld = { datasetId: string; runs: { id: string; name: string }[] };

export async function makeRunWorld(): Promise<RunWorld> {
  const name = crypto.randomUUID().slice(0, 8);
  const { id: datasetId } = await db.dataset.create({ data: { name: `dogs ${name}`, state: "READY" } });
  const runs: RunWorld["runs"] = [];
  for (const [place, learningRate] of [1e-4, 3e-4].entries()) {
    runs.push(await makeRun(`run ${place + 1} ${name}`, datasetId, learningRate));
  }
  return { datasetId, runs };
}

async function makeRun(name: string, datasetId: string, learningRate: number) {
  const captions = ["a brown dog", "a black dog in the snow"];
  const finishedAt = new Date();
  const { id } = await db.fineTune.create({
    data: {
      name,
      part: "BASE",
      datasetId,
      settings: fineTuneSettings.parse({ learningRate, previewCaptions: captions, previewEverySteps: 1000 }),
      state: "SUCCEEDED",
      step: runSteps,
      totalSteps: runSteps,
      startedAt: new Date(finishedAt.getTime() - 600_000 * learningRate * 1e4),
      finishedAt,
      durationSeconds: 600 * learningRate * 1e4,
      logLines: {
        create: [
          { message: "Training on 3 images for 1000 epochs, batch size 1, on cpu." },
          { level: "WARNING", message: "One image was left out: thumb.png is 12 × 12 px." },
          { message: "Step 1000: preview of “a brown dog”." },
          { level: "ERROR", message: "The state after step 2999 could not be saved: the disk is full." },
        ],
      },
    },
  });
  // A falling loss with noise that is the same at every call, and one step far above the others.
  await db.$executeRaw`
    INSERT INTO "LossPoint" ("fineTuneId", "step", "loss", "gradientNorm", "learningRate")
    SELECT ${id}::uuid, step,
      CASE step WHEN 1234 THEN 8 ELSE (0.05 + 1 / (1 + step * ${learningRate * 300}::float8)) * (1 + 0.3 * sin(step * 12.9898)) END,
      0.5 + 0.4 * sin(step * 78.233), ${learningRate}::float8 * LEAST(1, step / 200.0)
    FROM generate_series(1, ${runSteps}::int) AS step`;
  await db.resourcePoint.createMany({
    data: Array.from({ length: 60 }, (_, index) => ({
      fineTuneId: id,
      step: (index + 1) * 50,
      at: new Date(finishedAt.getTime() - (60 - index) * 10_000),
      imagesPerSecond: 20 + 3 * Math.sin(index),
      memoryBytes: 1.2e9 + 1e7 * index,
      processorLoad: 0.8,
    })),
  });
  await storeFinalLoss(id, { step: runSteps, totalSteps: runSteps });
  for (const step of [1000, 2000, 3000]) {
    for (const [place, caption] of captions.entries()) {
      const background = { r: step / 20, g: 90 + 60 * place, b: 60 };
      const bytes = await sharp({ create: { width: 64, height: 64, channels: 3, background } })
        .png()
        .toBuffer();
      const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: 64, heightPx: 64 });
      await db.preview.create({ data: { fineTuneId: id, step, caption, seed: 0, blobSha256: sha256 } });
    }
  }
  return { id, name };
}
