/** The use case: generated pictures against real ones and against their captions, by any of the metrics. */
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Random } from "@/lib/engine/random";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { type CollectedFeatures, collectFeatures, type LeftOut } from "./collect-features";
import { type FeatureExtractor, PICTURES_PER_BATCH } from "./extractors/feature-extractor";
import { openFeatureCache } from "./feature-cache";
import { type FeatureEnvironment, type LocatedFeatures, locateFeatures } from "./feature-spec";
import { type Features, selectFeatures } from "./features";
import { readFidStatistics } from "./fid-statistics";
import { groundCaptions, openGroundingNetwork, releaseGroundingNetwork } from "./grounding/ground-captions";
import { bootstrapMeanInterval } from "./intervals";
import {
  type Metric,
  type MetricName,
  metricCatalogue,
  metricNames,
  type WordMetric,
} from "./metric-catalogue";
import type { Measurement, PictureScore, Score } from "./score";
import { hashFile } from "./weights/download-file";

/** A file with the caller's name for it. */
export type PictureFile = { readonly path: string; readonly id: string };
export type GeneratedPictureFile = PictureFile & {
  readonly caption: string | null;
  /** The real picture that the caption describes, by its id; for metrics that compare pair by pair. */
  readonly realId?: string | null;
};

export type EvaluationInput = FeatureEnvironment & {
  readonly real: readonly PictureFile[];
  /** An .npz of FID statistics in place of real pictures; then only Fréchet distances can compare with them. */
  readonly realStatistics?: string;
  readonly generated: readonly GeneratedPictureFile[];
  readonly metrics: readonly MetricName[];
  /** Both kinds of pictures are first brought to a square of this side (see `squarePicture`); absent: they are not. */
  readonly sidePx?: number | null;
  /** Where features are kept between evaluations; absent: they are not. */
  readonly cacheFolder?: string | null;
  /** Decides every resampling. */
  readonly seed?: number;
  readonly onProgress?: (progress: EvaluationProgress) => void;
  readonly signal?: AbortSignal;
};

/** `done` of `total` steps; `stage` says in words what is being done. */
export type EvaluationProgress = { readonly stage: string; readonly done: number; readonly total: number };

export type Evaluation = {
  readonly scores: readonly Score[];
  readonly leftOut: readonly LeftOut[];
  /** Feature vectors that had to be computed, and those that the cache had: one per picture and network. */
  readonly features: { readonly computed: number; readonly reused: number };
};

/**
 * Computes the metrics one after the other. A metric that cannot be computed (weights not installed, too few pictures,
 * no captions) yields a score without a value that says why and what to do; the others are computed all the same.
 *
 * Pictures that cannot be read take no part; they are listed and every score concerned says how many.
 *
 * @throws SemblanceError `invalid_input` without generated pictures, `cancelled`, `disk_full`
 */
export async function evaluatePictures(input: EvaluationInput): Promise<Evaluation> {
  if (input.generated.length === 0) {
    throw new SemblanceError("invalid_input", "There are no generated pictures to evaluate.", {
      remedy: "Sample some pictures first, or name another folder.",
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
  const metric: Metric = metricCatalogue[name];
  if (input.realStatistics !== undefined && metric.comparesWithReal) {
    return scoreAgainstStatistics(name, input.realStatistics, input, source);
  }
  if (metric.comparesWords) return scoreWords(name, metric, input, source);
  const located = await locateAtSide(metric.features, input);
  const random = new Random(input.seed ?? 0, metricNames.indexOf(name));
  const warnings: string[] = [];
  const real = metric.comparesWithReal ? await source.pictures(located, "real") : null;
  let generated = await source.pictures(located, "generated");
  let captions: Features | null = null;
  if (metric.captionPrefix !== undefined) {
    generated = onlyCaptioned(generated, input, warnings);
    captions = await source.captions(located, generated.rows, metric.captionPrefix);
  }
  const measurement: Measurement = await metric.measure({
    real: real?.features ?? noFeatures,
    generated: generated.features,
    captions: captions ?? noFeatures,
    texts: generated.rows.map((row) => input.generated[row]!.caption ?? ""),
    random,
  });
  warnings.push(...describeLeftOut(real, "real"), ...describeLeftOut(generated, "generated"));
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
      ...metric.recipe,
      ...measurement.recipe,
      interval: "95%",
      seed: input.seed ?? 0,
    },
    warnings: [...warnings, ...(measurement.warnings ?? [])],
    remedy: null,
    perPicture: picturesOf(measurement, input, real, generated),
  };
}

/** Pair by pair: only the generated pictures whose photograph is known and whose caption is given take part. */
async function scoreWords(
  name: MetricName,
  metric: WordMetric,
  input: EvaluationInput,
  source: FeatureSource,
): Promise<Score> {
  const realPaths = new Map(input.real.map(({ id, path }) => [id, path]));
  const paired = input.generated.flatMap(({ id, path, caption, realId }) => {
    const real = realPaths.get(realId ?? "");
    return real && realId && caption?.trim()
      ? [{ id, realId, generated: path, real, caption: caption.trim() }]
      : [];
  });
  if (paired.length === 0) {
    throw new SemblanceError(
      "invalid_input",
      "No generated picture belongs to a real one with its caption.",
      {
        remedy: "Give real pictures under the same names, or with the same captions beside them.",
      },
    );
  }
  const located = await locateAtSide(metric.features, input);
  if (!located.clip) throw withoutCaptions(located);
  // The network in memory makes room; this metric opens its own.
  await source.release();
  const network = await openGroundingNetwork(located.clip);
  try {
    const { grounded, leftOut } = await groundCaptions(network, paired, {
      sidePx: input.sidePx,
      signal: input.signal,
      onProgress: (done) => input.onProgress?.({ stage: metric.title, done, total: paired.length }),
    });
    source.addLeftOut(leftOut);
    if (grounded.length === 0) {
      throw new SemblanceError("invalid_input", `None of the pairs could be read: ${leftOut[0]!.reason}`, {
        remedy: "Look at the files that were left out.",
      });
    }
    const perPicture = grounded.map(({ pair, score, heatMaps }) => {
      const { id, realId } = paired[pair]!;
      return { id, value: score, nearest: realId, heatMaps };
    });
    const random = new Random(input.seed ?? 0, metricNames.indexOf(name));
    const interval = bootstrapMeanInterval(
      grounded.map(({ score }) => score),
      random,
    );
    const unpaired = input.generated.length - paired.length;
    return {
      metric: name,
      value: grounded.reduce((sum, { score }) => sum + score, 0) / grounded.length,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      n1: new Set(perPicture.map(({ nearest }) => nearest)).size,
      n2: grounded.length,
      recipe: {
        title: metric.title,
        ...located.recipe,
        ...metric.recipe,
        interval: "95%",
        seed: input.seed ?? 0,
      },
      warnings: [
        ...(unpaired > 0 ? [`${unpaired} pictures without a caption or its photograph took no part.`] : []),
        ...(leftOut.length > 0
          ? [`${leftOut.length} pictures could not be read: ${leftOut[0]!.reason}`]
          : []),
      ],
      remedy: null,
      perPicture,
    };
  } finally {
    await releaseGroundingNetwork(network);
  }
}

async function scoreAgainstStatistics(
  name: MetricName,
  path: string,
  input: EvaluationInput,
  source: FeatureSource,
): Promise<Score> {
  const metric: Metric = metricCatalogue[name];
  if (metric.comparesWords || !metric.measureAgainstGaussian) {
    throw new SemblanceError("invalid_input", `${metric.title} needs the real pictures themselves.`, {
      remedy: "Give their folder in place of stored statistics.",
    });
  }
  const located = await locateAtSide(metric.features, input);
  const gaussian = await readFidStatistics(path);
  const generated = await source.pictures(located, "generated");
  const random = new Random(input.seed ?? 0, metricNames.indexOf(name));
  const {
    value,
    interval,
    warnings = [],
    recipe,
  } = await metric.measureAgainstGaussian({
    real: gaussian,
    generated: generated.features,
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
      ...metric.recipe,
      ...recipe,
      realStatistics: basename(path),
      realStatisticsSha256: await hashFile(path),
      interval: "95%",
      seed: input.seed ?? 0,
    },
    warnings: [...describeLeftOut(generated, "generated"), ...warnings],
    remedy: null,
    perPicture: null,
  };
}

function withoutCaptions({ recipe }: LocatedFeatures): SemblanceError {
  return new SemblanceError("invalid_input", `${recipe.network} cannot place words beside pictures.`, {
    remedy: "Choose a metric of a CLIP that can.",
  });
}

/** The side belongs to the recipe: features at one side are no others' features. */
async function locateAtSide(
  spec: Metric["features"],
  { sidePx, ...environment }: EvaluationInput,
): Promise<LocatedFeatures> {
  const located = await locateFeatures(spec, environment);
  if (!sidePx) return located;
  return {
    ...located,
    recipe: { ...located.recipe, comparedAt: `centre square, Pillow bicubic ${sidePx}` },
  };
}

function picturesOf(
  { perPicture, nearest }: Measurement,
  input: EvaluationInput,
  real: CollectedFeatures | null,
  generated: CollectedFeatures,
): PictureScore[] | null {
  if (!perPicture) return null;
  return generated.rows.map((row, i) => {
    const score = { id: input.generated[row]!.id, value: perPicture[i]! };
    return nearest && real ? { ...score, nearest: input.real[real.rows[nearest[i]!]!]!.id } : score;
  });
}

const noFeatures: Features = { count: 0, dims: 1, values: new Float32Array(0) };

/** The score of a metric that failed for a reason of its own; what concerns the whole evaluation is thrown on. */
function failedScore(name: MetricName, input: EvaluationInput, error: unknown): Score {
  const { code, message, remedy } = toSemblanceError(error);
  if (code === "cancelled" || code === "disk_full" || code === "internal") throw error;
  const metric: Metric = metricCatalogue[name];
  return {
    metric: name,
    value: null,
    low: null,
    high: null,
    n1: metric.comparesWithReal ? input.real.length : 0,
    n2: input.generated.length,
    recipe: { title: metric.title, ...metric.recipe },
    warnings: [message],
    remedy: remedy ?? null,
    perPicture: null,
  };
}

/** Leaves out generated pictures without a caption, and says so. */
function onlyCaptioned(
  { features, rows, ...collected }: CollectedFeatures,
  { generated }: EvaluationInput,
  warnings: string[],
): CollectedFeatures {
  const kept = [...rows.keys()].filter((i) => generated[rows[i]!]!.caption?.trim());
  if (kept.length === 0) {
    throw new SemblanceError("invalid_input", "None of the generated pictures has a caption.", {
      remedy: "Give the captions they were drawn from.",
    });
  }
  if (kept.length < rows.length)
    warnings.push(`${rows.length - kept.length} pictures without a caption took no part.`);
  return { ...collected, features: selectFeatures(features, kept), rows: kept.map((i) => rows[i]!) };
}

function describeLeftOut(collected: CollectedFeatures | null, side: string): string[] {
  if (!collected || collected.leftOut.length === 0) return [];
  const { leftOut } = collected;
  return [`${leftOut.length} ${side} pictures could not be read and took no part: ${leftOut[0]!.reason}`];
}

/** Features of this evaluation's pictures and captions, each computed once however many metrics ask. */
class FeatureSource {
  readonly #input: EvaluationInput;
  readonly #collected = new Map<string, Promise<CollectedFeatures>>();
  /** One network at a time: metrics of the same features follow each other, and networks are large. */
  #opened: { readonly located: LocatedFeatures; readonly extractor: FeatureExtractor } | null = null;

  readonly #leftOut: LeftOut[] = [];

  constructor(input: EvaluationInput) {
    this.#input = input;
  }

  /** Files that another way of reading could not read. */
  addLeftOut(items: readonly LeftOut[]): void {
    this.#leftOut.push(...items);
  }

  pictures(located: LocatedFeatures, side: "real" | "generated"): Promise<CollectedFeatures> {
    const key = JSON.stringify([side, located.spec]);
    const known = this.#collected.get(key);
    if (known) return known;
    const files = this.#input[side];
    const { cacheFolder = null, sidePx, onProgress, signal } = this.#input;
    const collecting = collectFeatures(
      files,
      () => this.#open(located),
      openFeatureCache(cacheFolder, located.recipe),
      {
        dims: located.dims,
        sidePx,
        signal,
        onProgress: (done) =>
          onProgress?.({ stage: `${located.recipe.network}, ${side} pictures`, done, total: files.length }),
      },
    );
    this.#collected.set(key, collecting);
    return collecting;
  }

  async captions(located: LocatedFeatures, rows: readonly number[], prefix: string): Promise<Features> {
    if (!located.openCaptions) throw withoutCaptions(located);
    const encoder = await located.openCaptions();
    try {
      const texts = rows.map((row) => prefix + this.#input.generated[row]!.caption!.trim());
      return { count: rows.length, dims: encoder.dims, values: await encoder.encode(texts) };
    } finally {
      await encoder.release();
    }
  }

  async #open(located: LocatedFeatures): Promise<FeatureExtractor> {
    if (this.#opened && isDeepStrictEqual(this.#opened.located.spec, located.spec))
      return this.#opened.extractor;
    await this.release();
    const { real, generated } = this.#input;
    const batch = Math.min(PICTURES_PER_BATCH, Math.max(real.length, generated.length));
    this.#opened = { located, extractor: await located.open(batch) };
    return this.#opened.extractor;
  }

  async release(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    await opened?.extractor.release();
  }

  /** Releases the network and all features; what `account` says stays. */
  async close(): Promise<void> {
    await this.release();
    for (const collected of await Promise.allSettled(this.#collected.values())) {
      if (collected.status === "fulfilled") collected.value.close();
    }
  }

  /** Of what was asked for so far: every unreadable file once, and where features came from. */
  async account(): Promise<Pick<Evaluation, "leftOut" | "features">> {
    const settled = await Promise.allSettled(this.#collected.values());
    const all = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const leftOut = [...all.flatMap((collected) => collected.leftOut), ...this.#leftOut];
    const reused = all.reduce((sum, collected) => sum + collected.reused, 0);
    const vectors = all.reduce((sum, collected) => sum + collected.features.count, 0);
    return {
      leftOut: [...new Map(leftOut.map((item) => [item.path, item])).values()],
      features: { computed: vectors - reused, reused },
    };
  }
}
