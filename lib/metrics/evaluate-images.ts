/** The use case: generated images against real ones and against their captions, by any of the metrics. */
import { basename } from "node:path";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { describeLeftOut } from "@/lib/images/left-out";
import { counted } from "@/lib/text/counted";
import { type MetricName, metricCatalogue } from "./catalogue/metric-catalogue";
import type { MetricEntry } from "./catalogue/metric-entry";
import { type Features, selectFeatures } from "./features/features";
import type { CollectedFeatures } from "./inputs/collect-features";
import type { EvaluationInput } from "./inputs/evaluation-input";
import { type FeatureAccount, FeatureSource, locateAtSide } from "./inputs/feature-source";
import { clusterByCaption } from "./intervals/caption-clusters";
import { describeInterval, warnOfOneCaption } from "./intervals/interval-target";
import type { Clusters } from "./intervals/intervals";
import { readFidStatistics } from "./measures/fid-statistics";
import { measures } from "./measures/measures";
import { randomOfMetric } from "./random-of-metric";
import type { ImageScore, Measurement, Score } from "./scores/score";
import { hashFile } from "./weights/download-file";

export type Evaluation = FeatureAccount & { readonly scores: readonly Score[] };

/**
 * Computes the metrics one after another. A metric that cannot be computed (weights not installed, too few images,
 * no captions) yields a score without a value that says why and what to do; the others are still computed.
 *
 * Images that cannot be read are left out and listed, and every affected score says how many.
 *
 * @throws SemblanceError `invalid_input` without generated images, `cancelled`, `disk_full`
 */
export async function evaluateImages(input: EvaluationInput): Promise<Evaluation> {
  if (input.generated.length === 0) {
    throw new SemblanceError("invalid_input", "There are no generated images to evaluate.", {
      remedy: "Sample some images first, or name another folder.",
    });
  }
  const source = new FeatureSource(input);
  const scores: Score[] = [];
  try {
    for (const [done, name] of input.metrics.entries()) {
      input.onProgress?.({ stage: metricCatalogue[name].title, done, total: input.metrics.length });
      scores.push(await computeScore(name, input, source).catch((error) => failedScore(name, input, error)));
    }
  } finally {
    await source.close();
  }
  input.onProgress?.({ stage: "done", done: input.metrics.length, total: input.metrics.length });
  return { scores, ...(await source.account()) };
}

async function computeScore(name: MetricName, input: EvaluationInput, source: FeatureSource): Promise<Score> {
  const metric: MetricEntry = metricCatalogue[name];
  const measure = measures[metricCatalogue[name].measure];
  if (input.realStatistics !== undefined && metric.comparesWithReal) {
    return scoreAgainstStatistics(name, input.realStatistics, input, source);
  }
  if (metric.comparesWithReal && input.real.length === 0) {
    throw new SemblanceError(
      "invalid_input",
      `${metric.title} compares with photographs, and there are none.`,
      {
        remedy: "Evaluate against a dataset with photographs.",
      },
    );
  }
  if ("score" in measure) return measure.score({ ...metric, name }, input, source);
  const located = await locateAtSide(metric.features, input);
  const random = randomOfMetric(name, input.seed);
  const warnings: string[] = [];
  const real = metric.comparesWithReal ? await source.images(located, "real") : null;
  let generated = await source.images(located, "generated");
  let captions: Features | null = null;
  if (metric.captionPrefix !== undefined) {
    generated = onlyCaptioned(generated, input, warnings);
    captions = await source.captions(located, generated.rows, metric.captionPrefix);
  }
  const clusters = clusterByCaption(input);
  const ofGenerated = pick(clusters.generated, generated.rows);
  const measurement: Measurement = await measure.measure({
    real: real?.features ?? noFeatures,
    generated: generated.features,
    captions: captions ?? noFeatures,
    captionPrefix: metric.captionPrefix ?? "",
    texts: generated.rows.map((row) => input.generated[row]!.caption ?? ""),
    clusters: { real: pick(clusters.real, real?.rows ?? []), generated: ofGenerated },
    random,
  });
  warnings.push(...warnOfLeftOut(real, "real"), ...warnOfLeftOut(generated, "generated"));
  if (real && real.features.count !== generated.features.count) {
    warnings.push(
      `The sets differ in size: ${real.features.count} real, ${generated.features.count} generated.`,
    );
  }
  return {
    metric: name,
    value: measurement.value,
    low: measurement.interval?.low ?? null,
    high: measurement.interval?.high ?? null,
    n1: real?.features.count ?? 0,
    n2: generated.features.count,
    recipe: {
      title: metric.title,
      ...located.recipe,
      ...measure.recipe,
      ...measurement.recipe,
      ...describeInterval(measure.intervalOf, ofGenerated),
      seed: input.seed ?? 0,
    },
    warnings: [...warnings, ...(measurement.warnings ?? []), ...warnOfOneCaption(ofGenerated)],
    remedy: null,
    perImage: imagesOf(measurement, input, real, generated),
  };
}

async function scoreAgainstStatistics(
  name: MetricName,
  path: string,
  input: EvaluationInput,
  source: FeatureSource,
): Promise<Score> {
  const metric = metricCatalogue[name];
  const measure = measures[metric.measure];
  if ("score" in measure || !measure.measureAgainstGaussian) {
    throw new SemblanceError("invalid_input", `${metric.title} needs the real images themselves.`, {
      remedy: "Give their folder instead of stored statistics.",
    });
  }
  const located = await locateAtSide(metric.features, input);
  const gaussian = await readFidStatistics(path);
  const generated = await source.images(located, "generated");
  const random = randomOfMetric(name, input.seed);
  const clusters = pick(clusterByCaption(input).generated, generated.rows);
  const {
    value,
    interval,
    warnings = [],
    recipe,
  } = await measure.measureAgainstGaussian({
    real: gaussian,
    generated: generated.features,
    clusters,
    random,
  });
  return {
    metric: name,
    value,
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    n1: 0,
    n2: generated.features.count,
    recipe: {
      title: metric.title,
      ...located.recipe,
      ...measure.recipe,
      ...recipe,
      realStatistics: basename(path),
      realStatisticsSha256: await hashFile(path),
      ...describeInterval(measure.intervalOf, clusters),
      seed: input.seed ?? 0,
    },
    warnings: [...warnOfLeftOut(generated, "generated"), ...warnings, ...warnOfOneCaption(clusters)],
    remedy: null,
    perImage: null,
  };
}

function pick(clusters: Clusters, rows: readonly number[]): Clusters {
  return Int32Array.from(rows, (row) => clusters[row]!);
}

function imagesOf(
  { perImage, nearest }: Measurement,
  input: EvaluationInput,
  real: CollectedFeatures | null,
  generated: CollectedFeatures,
): ImageScore[] | null {
  if (!perImage) return null;
  return generated.rows.map((row, i) => {
    const score = { id: input.generated[row]!.id, value: perImage[i]! };
    return nearest && real ? { ...score, nearest: input.real[real.rows[nearest[i]!]!]!.id } : score;
  });
}

const noFeatures: Features = { count: 0, dims: 1, values: new Float32Array(0) };

/** The score of a metric that failed for a reason of its own; errors of the whole evaluation are rethrown. */
function failedScore(name: MetricName, input: EvaluationInput, error: unknown): Score {
  const { code, message, remedy } = toSemblanceError(error);
  if (code === "cancelled" || code === "disk_full" || code === "internal") throw error;
  const metric = metricCatalogue[name];
  return {
    metric: name,
    value: null,
    low: null,
    high: null,
    n1: metric.comparesWithReal ? input.real.length : 0,
    n2: input.generated.length,
    recipe: { title: metric.title, ...measures[metric.measure].recipe },
    warnings: [message],
    remedy: remedy ?? null,
    perImage: null,
  };
}

/** Leaves out generated images without a caption, and says so. */
function onlyCaptioned(
  { features, rows, ...collected }: CollectedFeatures,
  { generated }: EvaluationInput,
  warnings: string[],
): CollectedFeatures {
  const kept = [...rows.keys()].filter((i) => generated[rows[i]!]!.caption?.trim());
  if (kept.length === 0) {
    throw new SemblanceError("invalid_input", "None of the generated images has a caption.", {
      remedy: "Give the captions that they were drawn for.",
    });
  }
  if (kept.length < rows.length)
    warnings.push(
      `${counted(rows.length - kept.length, "image without a caption was", "images without a caption were")} left out.`,
    );
  return { ...collected, features: selectFeatures(features, kept), rows: kept.map((i) => rows[i]!) };
}

function warnOfLeftOut(collected: CollectedFeatures | null, side: string): string[] {
  if (!collected || collected.leftOut.length === 0) return [];
  return [describeLeftOut(collected.leftOut, [`${side} image`, `${side} images`])];
}
