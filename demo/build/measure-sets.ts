/** The figures of a pack's sets: attributes counted, metrics by the demo's CLIP, and by how much a set is better. */
import { join } from "node:path";
import { readWeights } from "@/lib/diffusion/checkpoints/read-weights";
import { Random } from "@/lib/engine/random";
import { collectFeatures } from "@/lib/metrics/collect-features";
import { evaluatePictures } from "@/lib/metrics/evaluate-pictures";
import { openFeatureCache } from "@/lib/metrics/feature-cache";
import { type FeatureEnvironment, locateFeatures } from "@/lib/metrics/feature-spec";
import { type Features, selectFeatures } from "@/lib/metrics/features";
import { frechetDistance } from "@/lib/metrics/frechet-distance";
import { bootstrapMeanInterval, halfSample } from "@/lib/metrics/intervals";
import { kernelDistance } from "@/lib/metrics/kernel-distance";
import type { Score } from "@/lib/metrics/score";
import { AttributeReader } from "../fidelity/attribute-reader";
import { countFidelity, type Fidelity } from "../fidelity/count-fidelity";
import { type PackedEvaluation, type PackedImprovement, packedFile, packedPictures } from "../install/pack";
import { drawPictureFiles } from "../world/picture-files";
import { worldPicture } from "../world/picture-sets";
import { captionOf } from "./draw-samples";
import type { PlannedSet } from "./plan";
import type { CountedPicture } from "./simulate-votes";

export const demoMetrics = ["fd-demo", "kid-demo", "clip-score-demo"] as const;

export type Measuring = {
  /** The pack's folder. */
  readonly folder: string;
  /** Where drawn pictures of the world are kept between runs. */
  readonly work: string;
  /** Where features are kept between runs; null: they are computed anew. */
  readonly cacheFolder: string | null;
  readonly heldOutPictures: number;
};

type MeasuredSet = Pick<PlannedSet, "captions" | "settings" | "folder" | "upsampler">;

function environment({ folder }: Measuring): FeatureEnvironment {
  return {
    weightsFolder: join(folder, "weights"),
    replacements: { "demo-clip": join(folder, "weights", "clip.safetensors") },
    readTensors: readWeights,
    provider: "cpu",
  };
}

export function openReader(folder: string): Promise<AttributeReader> {
  return AttributeReader.open(join(folder, "weights", "attribute-reader.safetensors"));
}

/** Fur and setting, counted on the finished pictures of a set. */
export function countSet(reader: AttributeReader, set: MeasuredSet, folder: string): Promise<Fidelity> {
  return countFidelity(
    reader,
    packedPictures(set).map((picture) => ({
      image: join(folder, packedFile(set, picture).picture),
      picture: worldPicture("real-held-out", picture.index),
      caption: 0,
    })),
  );
}

/** What is right in the first picture of each caption; an attribute that its caption leaves open is never wrong. */
export async function countFirstPictures(
  reader: AttributeReader,
  set: MeasuredSet,
  { folder, captions }: { folder: string; captions: number },
): Promise<CountedPicture[]> {
  return Promise.all(
    Array.from({ length: captions }, async (_, index) => {
      const { fur, setting } = await countFidelity(reader, [
        {
          image: join(folder, packedFile(set, { index, seed: set.settings.firstSeed }).picture),
          picture: worldPicture("real-held-out", index),
          caption: 0,
        },
      ]);
      return { furRight: fur.right === fur.total, settingRight: setting.right === setting.total };
    }),
  );
}

async function heldOut({ work, heldOutPictures }: Measuring) {
  const files = await drawPictureFiles("real-held-out", heldOutPictures, {
    folder: join(work, "pictures"),
    sizePx: 256,
  });
  return files.map(({ path, picture }) => ({ path, id: picture.name }));
}

/** One evaluation against the held-out pictures, as the platform's own would be. */
export async function evaluateSet(
  set: MeasuredSet,
  sidePx: number | null,
  measuring: Measuring,
): Promise<PackedEvaluation> {
  const real = await heldOut(measuring);
  const takesBase = set.upsampler !== null && sidePx === 64;
  const { scores } = await evaluatePictures({
    ...environment(measuring),
    real,
    generated: packedPictures(set).map((picture) => {
      const files = packedFile(set, picture);
      return {
        path: join(measuring.folder, takesBase ? files.base : files.picture),
        id: `${picture.index}-${picture.seed}`,
        caption: captionOf(picture.index),
        realId: real[picture.index]?.id ?? null,
      };
    }),
    metrics: demoMetrics,
    sidePx,
    cacheFolder: measuring.cacheFolder,
  });
  return { metrics: [...demoMetrics], sidePx, scores: scores.map(toPacked) };
}

function toPacked({ perPicture, warnings, recipe, ...score }: Score): PackedEvaluation["scores"][number] {
  return {
    ...score,
    recipe: { ...recipe },
    warnings: [...warnings],
    perPicture: perPicture ? perPicture.map(({ value }) => value) : null,
  };
}

/**
 * By how much `to` is better than `from`, two sets of the same captions and seeds, with 95% intervals: for distances
 * from random halves of captions and of real pictures, the same for both sets; for the CLIP score from captions drawn
 * again.
 */
export async function measureImprovements(
  from: { key: string; set: MeasuredSet },
  to: { key: string; set: MeasuredSet },
  measuring: Measuring,
): Promise<PackedImprovement[]> {
  const real = await featuresOf(await heldOut(measuring), measuring);
  const [before, after] = [
    await featuresOf(filesOf(from.set, measuring), measuring),
    await featuresOf(filesOf(to.set, measuring), measuring),
  ];
  const { captions, settings } = from.set;
  const rowsOf = (chosen: Uint32Array) =>
    [...chosen].flatMap((caption) =>
      Array.from(
        { length: settings.picturesPerCaption },
        (_, at) => caption * settings.picturesPerCaption + at,
      ),
    );
  const ends = { from: from.key, to: to.key };
  const improvements: PackedImprovement[] = [];
  for (const [stream, [metric, distance]] of (
    [
      ["fd-demo", frechetDistance],
      ["kid-demo", kernelDistance],
    ] as const
  ).entries()) {
    const value = (await distance(before, real)) - (await distance(after, real));
    const sampled = await halfSample(
      value,
      [captions, real.count],
      async (chosen, rows) => {
        const half = selectFeatures(real, rows);
        const [a, b] = [before, after].map((set) => selectFeatures(set, rowsOf(chosen)));
        return (await distance(a!, half)) - (await distance(b!, half));
      },
      new Random(0, stream),
      { minimum: 2 },
    );
    improvements.push({
      metric,
      ...ends,
      value,
      ...(sampled?.interval ?? { low: null, high: null }),
    });
  }
  improvements.push({
    metric: "clip-score-demo",
    ...ends,
    ...(await clipImprovement(from.set, to.set, measuring)),
  });
  return improvements;
}

function filesOf(set: MeasuredSet, { folder }: Measuring) {
  return packedPictures(set).map((picture) => ({ path: join(folder, packedFile(set, picture).picture) }));
}

async function featuresOf(files: readonly { path: string }[], measuring: Measuring): Promise<Features> {
  const located = await locateFeatures({ network: "demo-clip" }, environment(measuring));
  const extractor = await located.open(16);
  try {
    const cache = openFeatureCache(measuring.cacheFolder, located.recipe);
    return (await collectFeatures(files, async () => extractor, cache, { dims: located.dims })).features;
  } finally {
    await extractor.release();
  }
}

async function clipImprovement(from: MeasuredSet, to: MeasuredSet, measuring: Measuring) {
  const [before, after] = [await captionMeans(from, measuring), await captionMeans(to, measuring)];
  const gains = after.map((mean, caption) => mean - before[caption]!);
  const interval = bootstrapMeanInterval(gains, new Random(0, 2))!;
  return { value: gains.reduce((sum, gain) => sum + gain, 0) / gains.length, ...interval };
}

/** The mean CLIP score of each caption's pictures. */
async function captionMeans(set: MeasuredSet, measuring: Measuring): Promise<number[]> {
  const pictures = packedPictures(set);
  const { scores } = await evaluatePictures({
    ...environment(measuring),
    real: [],
    generated: pictures.map((picture, at) => ({
      path: join(measuring.folder, packedFile(set, picture).picture),
      id: String(at),
      caption: captionOf(picture.index),
    })),
    metrics: ["clip-score-demo"],
    cacheFolder: measuring.cacheFolder,
  });
  const sums = new Array<number>(set.captions).fill(0);
  for (const { id, value } of scores[0]!.perPicture!) sums[pictures[Number(id)]!.index]! += value;
  return sums.map((sum) => sum / set.settings.picturesPerCaption);
}
