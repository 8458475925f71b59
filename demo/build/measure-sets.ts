/** The figures of a pack's sets: attributes counted, metrics by the demo's CLIP, and by how much a set is better. */
import { join } from "node:path";
import { readWeights } from "@/lib/engine/runtime/read-weights";
import { evaluateImages } from "@/lib/metrics/evaluate-images";
import type { Features } from "@/lib/metrics/features/features";
import { collectFeatures } from "@/lib/metrics/inputs/collect-features";
import { openFeatureCache } from "@/lib/metrics/inputs/feature-cache";
import { type FeatureEnvironment, locateFeatures } from "@/lib/metrics/inputs/locate-features";
import { type CaptionClusters, clusterByCaption } from "@/lib/metrics/intervals/caption-clusters";
import {
  type Clusters,
  meanInterval,
  spreadOfContributions,
  studentInterval,
} from "@/lib/metrics/intervals/intervals";
import { frechetDistance } from "@/lib/metrics/measures/frechet-distance";
import { frechetContributions } from "@/lib/metrics/measures/frechet-interval";
import { kernelContributions, kernelDistance } from "@/lib/metrics/measures/kernel-distance";
import type { Score } from "@/lib/metrics/scores/score";
import { AttributeReader } from "../fidelity/attribute-reader";
import { countFidelity, type Fidelity } from "../fidelity/count-fidelity";
import { type PackedEvaluation, type PackedImprovement, packedFile, packedImages } from "../install/pack";
import { drawImageFiles } from "../world/image-files";
import { worldImage } from "../world/image-sets";
import { captionOf } from "./draw-samples";
import type { PlannedSet } from "./plan";
import type { CountedImage } from "./simulate-votes";

export const demoMetrics = ["fd-demo", "kid-demo", "clip-score-demo"] as const;

export type Measuring = {
  /** The pack's folder. */
  readonly folder: string;
  /** Where drawn images of the world are kept between runs. */
  readonly work: string;
  /** Where features are kept between runs; null: they are computed again. */
  readonly cacheFolder: string | null;
  readonly heldOutImages: number;
};

type MeasuredSet = Pick<PlannedSet, "captions" | "settings" | "folder" | "upsampler">;

export function environment({ folder }: Measuring): FeatureEnvironment {
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

/** Fur and setting, counted on the finished images of a set. */
export function countSet(reader: AttributeReader, set: MeasuredSet, folder: string): Promise<Fidelity> {
  return countFidelity(
    reader,
    packedImages(set).map((image) => ({
      image: join(folder, packedFile(set, image).image),
      asked: worldImage("real-held-out", image.index),
      caption: 0,
    })),
  );
}

/** What is right in the first image of each caption; an attribute that its caption leaves open is never wrong. */
export async function countFirstImages(
  reader: AttributeReader,
  set: MeasuredSet,
  { folder, captions }: { folder: string; captions: number },
): Promise<CountedImage[]> {
  return Promise.all(
    Array.from({ length: captions }, async (_, index) => {
      const { fur, setting } = await countFidelity(reader, [
        {
          image: join(folder, packedFile(set, { index, seed: set.settings.firstSeed }).image),
          asked: worldImage("real-held-out", index),
          caption: 0,
        },
      ]);
      return { furRight: fur.right === fur.total, settingRight: setting.right === setting.total };
    }),
  );
}

export async function heldOut({ work, heldOutImages }: Measuring) {
  const files = await drawImageFiles("real-held-out", heldOutImages, {
    folder: join(work, "images"),
    sizePx: 256,
  });
  return files.map(({ path, image }) => ({ path, id: image.name }));
}

/** One evaluation against the held-out images, as the platform's own would be. */
export async function evaluateSet(
  set: MeasuredSet,
  sidePx: number | null,
  measuring: Measuring,
): Promise<PackedEvaluation> {
  const real = await heldOut(measuring);
  const takesBase = set.upsampler !== null && sidePx === 64;
  const { scores } = await evaluateImages({
    ...environment(measuring),
    real,
    generated: packedImages(set).map((image) => {
      const files = packedFile(set, image);
      return {
        path: join(measuring.folder, takesBase ? files.base : files.image),
        id: `${image.index}-${image.seed}`,
        caption: captionOf(image.index),
        realId: real[image.index]?.id ?? null,
      };
    }),
    metrics: demoMetrics,
    sidePx,
    cacheFolder: measuring.cacheFolder,
  });
  return { metrics: [...demoMetrics], sidePx, scores: scores.map(toPacked) };
}

function toPacked({ perImage, warnings, recipe, ...score }: Score): PackedEvaluation["scores"][number] {
  return {
    ...score,
    recipe: { ...recipe },
    warnings: [...warnings],
    perImage: perImage ? perImage.map(({ value }) => value) : null,
  };
}

/**
 * By how much `to` is better than `from`, two sets of the same captions and seeds, with 95% intervals that are paired: each
 * caption is resampled with its images of both sets, and each real image for both.
 */
export async function measureImprovements(
  from: { key: string; set: MeasuredSet },
  to: { key: string; set: MeasuredSet },
  measuring: Measuring,
): Promise<PackedImprovement[]> {
  const files = await heldOut(measuring);
  const real = await featuresOf(files, measuring);
  const [before, after] = [
    await featuresOf(filesOf(from.set, measuring), measuring),
    await featuresOf(filesOf(to.set, measuring), measuring),
  ];
  const clusters = clusterByCaption({
    real: files,
    generated: packedImages(from.set).map(({ index }) => ({
      caption: captionOf(index),
      realId: files[index]?.id ?? null,
    })),
  });
  const ends = { from: from.key, to: to.key };
  const distances = await distanceImprovements({ before, after, real }, clusters);
  return [
    ...distances.map(({ metric, value, low, high }) => ({ metric, ...ends, value, low, high })),
    {
      metric: "clip-score-demo",
      ...ends,
      ...(await clipImprovement(from.set, to.set, clusters.generated, measuring)),
    },
  ];
}

/** FD and KID of the features of two sets from those of real images, and by how much the second is smaller. */
export async function distanceImprovements(
  { before, after, real }: Readonly<Record<"before" | "after" | "real", Features>>,
  clusters: CaptionClusters,
) {
  const improvements = [];
  for (const [metric, distance, contributions] of [
    ["fd-demo", frechetDistance, frechetContributions],
    ["kid-demo", kernelDistance, kernelContributions],
  ] as const) {
    const distances = { before: await distance(before, real), after: await distance(after, real) };
    const value = distances.before - distances.after;
    const [ofBefore, realBefore] = await contributions(before, real);
    const [ofAfter, realAfter] = await contributions(after, real);
    const spread = spreadOfContributions([
      { values: ofBefore.map((each, i) => each - ofAfter[i]!), clusters: clusters.generated },
      { values: realBefore.map((each, i) => each - realAfter[i]!), clusters: clusters.real },
    ]);
    improvements.push({
      metric,
      ...distances,
      value,
      ...(spread ? studentInterval(value, spread) : { low: null, high: null }),
    });
  }
  return improvements;
}

function filesOf(set: MeasuredSet, { folder }: Measuring) {
  return packedImages(set).map((image) => ({ path: join(folder, packedFile(set, image).image) }));
}

export async function featuresOf(
  files: readonly { path: string }[],
  measuring: Measuring,
): Promise<Features> {
  const located = await locateFeatures({ network: "demo-clip" }, environment(measuring));
  const extractor = await located.open(16);
  try {
    const cache = openFeatureCache(measuring.cacheFolder, located.recipe);
    return (await collectFeatures(files, async () => extractor, cache, { dims: located.dims })).features;
  } finally {
    await extractor.release();
  }
}

async function clipImprovement(
  from: MeasuredSet,
  to: MeasuredSet,
  clusters: Clusters,
  measuring: Measuring,
): Promise<{ value: number; low: number; high: number }> {
  const [before, after] = [await clipScoresOf(from, measuring), await clipScoresOf(to, measuring)];
  const gains = after.map((score, i) => score - before[i]!);
  return {
    value: gains.reduce((sum, gain) => sum + gain, 0) / gains.length,
    ...meanInterval(gains, clusters)!,
  };
}

/** Of each image, in their order. */
async function clipScoresOf(set: MeasuredSet, measuring: Measuring): Promise<number[]> {
  const { scores } = await evaluateImages({
    ...environment(measuring),
    real: [],
    generated: packedImages(set).map((image, at) => ({
      path: join(measuring.folder, packedFile(set, image).image),
      id: String(at),
      caption: captionOf(image.index),
    })),
    metrics: ["clip-score-demo"],
    cacheFolder: measuring.cacheFolder,
  });
  return scores[0]!.perImage!.map(({ value }) => value);
}
