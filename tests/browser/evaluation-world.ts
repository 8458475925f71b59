/** A run with models after 20 and 40 epochs, their images and their scores, written straight into the database. */
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { db } from "@/lib/platform/database/db";
import { storeBlob } from "@/lib/platform/storage/store-blob";
import { drawImage } from "@/tests/images";

export type EvaluationWorld = {
  /** Four photographs with a caption each. */
  datasetId: string;
  fineTuneId: string;
  /** Of the models after 20 and 40 epochs. */
  checkpointIds: string[];
  sampleSets: { id: string; name: string }[];
  evaluationIds: string[];
  /** Of the first evaluation, from the highest CLIPScore. */
  samples: { id: string; caption: string; value: number }[];
};

export const evaluatedEpochs = [20, 40] as const;

/** Every call makes another world: Playwright repeats `beforeAll` after a failed test. */
export async function makeEvaluationWorld(): Promise<EvaluationWorld> {
  const name = `curve ${crypto.randomUUID().slice(0, 8)}`;
  const photographs = await Promise.all([0, 1, 2, 3].map((index) => storeImage(index, 320)));
  const dataset = await db.dataset.create({
    data: {
      name,
      state: "READY",
      images: {
        create: photographs.map((blobSha256, position) => ({
          stem: `dog-${position}`,
          position,
          blobSha256,
          widthPx: 320,
          heightPx: 320,
          captions: {
            create: {
              position: 0,
              text: `dog number ${position} of ${name}`,
              tokenCount: 4,
              categories: { Pose: position < 3 ? ["sitting", "seen from the left"] : ["standing"] },
            },
          },
        })),
      },
    },
    include: { images: { include: { captions: true }, orderBy: { position: "asc" } } },
  });
  const run = await db.fineTune.create({
    data: {
      name,
      part: "BASE",
      datasetId: dataset.id,
      settings: fineTuneSettings.parse({ epochs: 40, keepEpochs: [...evaluatedEpochs] }),
      state: "SUCCEEDED",
      step: 40,
      totalSteps: 40,
    },
  });
  const world: EvaluationWorld = {
    datasetId: dataset.id,
    fineTuneId: run.id,
    checkpointIds: [],
    sampleSets: [],
    evaluationIds: [],
    samples: [],
  };
  for (const epoch of evaluatedEpochs) {
    const model = await db.checkpoint.create({
      data: {
        name: `${name}, epoch ${epoch}`,
        part: "BASE",
        blobSha256: "f".repeat(64),
        format: "safetensors",
        options: { image_size: 64 },
        parameterCount: 1,
        tensorCount: 1,
        fineTuneId: run.id,
        epoch,
        step: epoch,
      },
    });
    const samples = await Promise.all(
      dataset.images.map(async ({ captions }, index) => ({
        captionId: captions[0]!.id,
        seed: 0,
        blobSha256: await storeImage(epoch + index, 64),
      })),
    );
    const set = await db.sampleSet.create({
      data: {
        name: model.name,
        datasetId: dataset.id,
        baseCheckpointId: model.id,
        settings: sampleSettings.parse({}),
        requested: samples.length,
        state: "SUCCEEDED",
        samples: { create: samples },
      },
      include: {
        samples: { include: { caption: true }, orderBy: { caption: { image: { position: "asc" } } } },
      },
    });
    const value = epoch === 20 ? 150.5 : 120.25;
    const evaluation = await db.evaluation.create({
      data: {
        sampleSetId: set.id,
        datasetId: dataset.id,
        metrics: ["fid", "clip-score", "nearest-real"],
        sidePx: 64,
        state: "SUCCEEDED",
        computed: 80,
        reused: 120,
        scores: {
          create: [
            {
              metric: "fid",
              value,
              low: value - 10,
              high: value + 10,
              realCount: 4,
              generatedCount: 4,
              recipe: { network: "FID Inception", comparedAt: "centre square, Pillow bicubic 64" },
              warnings: ["4 images are fewer than 2048."],
            },
          ],
        },
        imageScores: {
          create: set.samples.flatMap(({ id: sampleId }, index) => [
            {
              metric: "clip-score",
              sampleId,
              value: 0.9 - index / 10,
              heatMaps: {
                generated: heatMap([0.1, 0.2, 0.3, 0.25]),
                real: heatMap([0.3, 0.2, 0.1, 0.15]),
              },
            },
            {
              metric: "nearest-real",
              sampleId,
              value: 0.5 + index / 10,
              nearestId: dataset.images[(index + 1) % 4]!.id,
            },
          ]),
        },
      },
    });
    world.checkpointIds.push(model.id);
    world.sampleSets.push({ id: set.id, name: set.name });
    world.evaluationIds.push(evaluation.id);
    if (epoch === 20) {
      world.samples = set.samples.map(({ id, caption }, index) => ({
        id,
        caption: caption.text,
        value: 0.9 - index / 10,
      }));
    }
  }
  return world;
}

async function storeImage(seed: number, sidePx: number): Promise<string> {
  const bytes = await drawImage(seed, { widthPx: sidePx, heightPx: sidePx });
  const { sha256 } = await storeBlob(bytes, { mediaType: "image/png", widthPx: sidePx, heightPx: sidePx });
  return sha256;
}

/** Two words over four patches. */
export function heatMap(similarity: number[]) {
  return {
    words: ["brown", "dog"],
    gridWidth: 2,
    gridHeight: 2,
    similarity: [similarity, [...similarity].reverse()],
  };
}
