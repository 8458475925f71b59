/** Every metric by its name: which features it is computed from, how, and which figure is the better one. */

import { SemblanceError } from "@/lib/errors";
import type { Random } from "@/lib/numerics/random";
import { checkFeaturePair, type Features } from "./features/features";
import type { FeatureSpec } from "./inputs/locate-features";
import type { CaptionClusters } from "./intervals/caption-clusters";
import type { IntervalTarget } from "./intervals/interval-target";
import { type Clusters, meanInterval } from "./intervals/intervals";
import { clipMeanDiscrepancyWithInterval } from "./measures/clip-mean-discrepancy";
import {
  CLIP_SCORE_PREFIX,
  clipScores,
  glideClipScores,
  nearestByCosine,
  retrievalHits,
} from "./measures/clip-score";
import type { Gaussian } from "./measures/frechet-distance";
import {
  distanceFromGaussianWithInterval,
  type FrechetEstimate,
  frechetDistanceWithInterval,
} from "./measures/frechet-interval";
import { inceptionScoreWithInterval } from "./measures/inception-score";
import { kernelDistanceWithInterval } from "./measures/kernel-distance";
import {
  type NeighbourhoodScores,
  neighbourhoodDialects,
  neighbourhoodInterval,
  neighbourhoodScores,
} from "./measures/precision-recall";
import type { Measurement, Recipe } from "./scores/score";

/** What a metric gets to see. `captions` and `texts` go with `generated`, row by row, and `clusters` with both sets. */
export type MetricInputs = {
  readonly real: Features;
  readonly generated: Features;
  readonly captions: Features;
  readonly texts: readonly string[];
  readonly clusters: CaptionClusters;
  readonly random: Random;
};

type MetricDescription = {
  readonly title: string;
  readonly better: "lower" | "higher";
  readonly features: FeatureSpec;
  /** Whether real pictures take part. */
  readonly comparesWithReal: boolean;
  readonly intervalOf: IntervalTarget;
  /** The statistic, for the recipe; the features' part comes from their specification. */
  readonly recipe: Recipe;
};

/** A metric of one feature vector per picture or caption. */
export type FeatureMetric = MetricDescription & {
  readonly comparesWords?: false;
  /** For metrics that take captions: what is put before each. */
  readonly captionPrefix?: string;
  readonly measure: (inputs: MetricInputs) => Measurement | Promise<Measurement>;
  /** For metrics that need no more of the real pictures than their mean and covariance. */
  readonly measureAgainstGaussian?: (inputs: {
    readonly real: Gaussian;
    readonly generated: Features;
    readonly clusters: Clusters;
    readonly random: Random;
  }) => Promise<Measurement>;
};

/** A metric of words and patches, pair by pair; see lib/metrics/grounding. */
export type WordMetric = MetricDescription & { readonly comparesWords: true };

export type Metric = FeatureMetric | WordMetric;

/** Below this many pictures FID is as much a measure of their number as of their quality (its authors' advice). */
const FID_ENOUGH = 2048;

const pytorchFid: FeatureSpec = { network: "inception", dialect: "pytorch-fid", output: 2048 };
const tensorflowFid: FeatureSpec = { network: "inception", dialect: "tensorflow", output: 2048 };
const cleanFid: FeatureSpec = { network: "inception", dialect: "clean", output: 2048 };
const demoClip: FeatureSpec = { network: "demo-clip" };
const clipB32: FeatureSpec = { network: "clip", weights: "clip-vit-b-32", framing: "resize-crop" };

export const metricCatalogue = {
  fid: frechet("FID (pytorch-fid)", pytorchFid),
  "fid-tensorflow": frechet("FID (original TensorFlow, torch-fidelity)", tensorflowFid),
  "fid-clean": frechet("Clean-FID", cleanFid),
  kid: kernel("KID (pytorch-fid features)", pytorchFid),
  "kid-tensorflow": kernel("KID (original TensorFlow features)", tensorflowFid),
  precision: neighbourhood("Precision", "precision"),
  recall: neighbourhood("Recall", "recall"),
  density: neighbourhood("Density", "density"),
  coverage: neighbourhood("Coverage", "coverage"),
  "inception-score": {
    title: "Inception score",
    better: "higher",
    features: { network: "inception", dialect: "tensorflow", output: "logits" },
    comparesWithReal: false,
    intervalOf: "expected",
    recipe: { statistic: "exp of mean KL, all pictures in one split" },
    measure: ({ generated, clusters }) => inceptionScoreWithInterval(generated, clusters.generated),
  },
  "clip-score": captioned("CLIPScore", clipB32, CLIP_SCORE_PREFIX, "mean of 2.5 max(cos, 0)", clipScores),
  "clip-score-glide": captioned(
    "CLIP score (GLIDE)",
    { network: "clip", weights: "clip-vit-b-16", framing: "resize-crop" },
    "",
    "mean of 100 cos",
    glideClipScores,
  ),
  "r-precision": {
    title: "R-precision",
    better: "higher",
    features: clipB32,
    comparesWithReal: false,
    captionPrefix: "",
    intervalOf: "mean",
    recipe: { statistic: "share of pictures nearest to their own caption" },
    measure({ generated, captions, texts, clusters, random }) {
      const { hits, distractors } = retrievalHits(generated, captions, texts, random);
      return { ...meanOf(hits, clusters.generated), recipe: { otherCaptions: distractors } };
    },
  },
  cmmd: discrepancy("CMMD (as published)", "biased"),
  "cmmd-unbiased": discrepancy("CMMD, unbiased", "unbiased"),
  /** Not published scores: they find the pairs that people should look at for copies of training pictures. */
  "nearest-real": nearest("Similarity to the nearest real picture", clipB32),
  "fd-clip": frechet("Fréchet distance of CLIP features", clipB32),
  "fd-dinov2": frechet("FD-DINOv2", { network: "dinov2", weights: "dinov2-vit-l-14" }),
  /** TIGEr's agreements, of words over CLIP's patches in place of SCAN's regions: not the published metric. */
  grounding: {
    title: "Grounding of words against the photograph",
    better: "higher",
    features: clipB32,
    comparesWithReal: true,
    comparesWords: true,
    intervalOf: "mean-given-real",
    recipe: { statistic: "mean of TIGEr's rank and weight agreement, over words' best-matching patches" },
  },
  "copy-check": nearest("Copy check: SSCD similarity to the nearest real picture", { network: "sscd" }, 0.75),
  /** The demo's own, which can say nothing of photographs: so every title names it. */
  "clip-score-demo": captioned(
    "CLIP score by the demo's CLIP",
    demoClip,
    "",
    "mean of 2.5 max(cos, 0)",
    clipScores,
  ),
  "fd-demo": frechet("Fréchet distance by the demo's CLIP", demoClip),
  "kid-demo": kernel("KID by the demo's CLIP", demoClip),
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metricCatalogue;
export const metricNames = Object.keys(metricCatalogue) as MetricName[];

/** The names in `wanted`, each once. @throws SemblanceError `invalid_input` naming the first that is none */
export function parseMetricNames(wanted: readonly string[]): MetricName[] {
  const unknown = wanted.find((name) => !(name in metricCatalogue));
  if (unknown !== undefined) {
    throw new SemblanceError("invalid_input", `There is no metric called "${unknown}".`, {
      remedy: `Choose from: ${metricNames.join(", ")}.`,
    });
  }
  return [...new Set(wanted)] as MetricName[];
}

function frechet(title: string, features: FeatureSpec): FeatureMetric {
  return {
    title,
    better: "lower",
    features,
    comparesWithReal: true,
    intervalOf: "expected",
    recipe: { statistic: "exact Fréchet distance, covariance with n - 1" },
    async measure({ real, generated, clusters, random }) {
      const estimate = await frechetDistanceWithInterval(real, generated, random, {
        names: ["real", "generated"],
        clusters: [clusters.real, clusters.generated],
      });
      const least = Math.min(real.count, generated.count);
      return measurementOf(estimate, least, "these sets");
    },
    async measureAgainstGaussian({ real, generated, clusters, random }) {
      const names: [string, string] = ["the stored statistics", "generated"];
      const estimate = await distanceFromGaussianWithInterval(real, generated, random, names, clusters);
      const measurement = measurementOf(estimate, generated.count, "the generated set alone");
      const limits =
        "How many pictures the stored statistics are of is not known: interval and bias are those of the " +
        "generated pictures alone.";
      return { ...measurement, warnings: [...measurement.warnings, limits] };
    },
  };
}

/** @param measuredOn what the halves were drawn from */
function measurementOf({ value, interval, bias }: FrechetEstimate, pictures: number, measuredOn: string) {
  // Of few pictures halves overstate the bias, so that it may exceed the figure that it is part of.
  const amount =
    bias === null || bias < value
      ? bias?.toPrecision(2)
      : `as much as it is (${bias.toPrecision(2)} by the usual estimate)`;
  const size = amount === undefined ? "" : ` by about ${amount}, measured on halves of ${measuredOn}`;
  const flag =
    `${pictures} pictures are fewer than ${FID_ENOUGH}: the figure is too high${size}, and its interval is of what so ` +
    "many pictures give on average, not of the distance without that bias. Compare it only with figures of the same " +
    "number of pictures; KID does not have this bias.";
  return { value, interval, warnings: pictures < FID_ENOUGH ? [flag] : [], recipe: { bias } };
}

function kernel(title: string, features: FeatureSpec): FeatureMetric {
  return {
    title,
    better: "lower",
    features,
    comparesWithReal: true,
    intervalOf: "expected-unbiased",
    recipe: { statistic: "unbiased MMD², (x·y / dims + 1)³" },
    async measure({ real, generated, clusters, random }) {
      const { value, interval, pairs } = await kernelDistanceWithInterval(real, generated, random, {
        names: ["real", "generated"],
        clusters: [clusters.real, clusters.generated],
      });
      return { value, interval, recipe: { pairs } };
    },
  };
}

function neighbourhood(title: string, score: keyof NeighbourhoodScores): FeatureMetric {
  return {
    title,
    better: "higher",
    features: pytorchFid,
    comparesWithReal: true,
    intervalOf: "expected",
    recipe: { statistic: `${score}, prdc`, neighbour: neighbourhoodDialects.clova.neighbour, strict: true },
    async measure({ real, generated, clusters, random }) {
      const values = (await neighbourhoodScores(real, generated, "clova"))[score];
      const value = meanOfValues(values);
      const interval = await neighbourhoodInterval(value, score, real, generated, "clova", random, clusters);
      const isOfGenerated = score === "precision" || score === "density";
      return isOfGenerated ? { value, interval, perPicture: values } : { value, interval };
    },
  };
}

/**
 * The mean over generated pictures of the cosine to the nearest real one.
 *
 * @param copyAbove similarities above this are counted in a warning: pairs to look at
 */
function nearest(title: string, features: FeatureSpec, copyAbove: number | null = null): FeatureMetric {
  return {
    title,
    better: "lower",
    features,
    comparesWithReal: true,
    intervalOf: "mean-given-real",
    recipe: { statistic: "mean cosine to the nearest real picture" },
    measure({ real, generated, clusters }) {
      checkFeaturePair(real, generated, {
        minimum: 1,
        statistic: "nearest picture",
        names: ["real", "generated"],
      });
      const found = nearestByCosine(generated, real);
      const cosines = Float64Array.from(found, ({ cosine }) => cosine);
      const copies = copyAbove === null ? 0 : cosines.filter((cosine) => cosine > copyAbove).length;
      return {
        ...meanOf(cosines, clusters.generated),
        nearest: found.map(({ index }) => index),
        warnings:
          copies === 0
            ? []
            : [
                `${copies} of ${cosines.length} pictures are more similar than ${copyAbove} to a real one; of pairs ` +
                  "of photographs above that about nine in ten are copies. Look at them.",
              ],
      };
    },
  };
}

function discrepancy(title: string, estimator: "biased" | "unbiased"): FeatureMetric {
  return {
    title,
    better: "lower",
    features: { network: "clip", weights: "clip-vit-l-14-336", framing: "crop-resize" },
    comparesWithReal: true,
    intervalOf: estimator === "biased" ? "expected" : "expected-unbiased",
    recipe: { statistic: `${estimator} MMD², Gaussian σ 10, × 1000` },
    async measure({ real, generated, clusters, random }) {
      const warnings =
        estimator === "biased" && Math.min(real.count, generated.count) < 1000
          ? ["With fewer than 1000 pictures the published estimator is visibly too high; see cmmd-unbiased."]
          : [];
      const { value, interval, pairs } = await clipMeanDiscrepancyWithInterval(
        real,
        generated,
        estimator,
        random,
        [clusters.real, clusters.generated],
      );
      return { value, interval, warnings, recipe: { pairs } };
    },
  };
}

function captioned(
  title: string,
  features: FeatureSpec,
  captionPrefix: string,
  statistic: string,
  score: (pictures: Features, captions: Features) => Float64Array,
): FeatureMetric {
  return {
    title,
    better: "higher",
    features,
    comparesWithReal: false,
    captionPrefix,
    intervalOf: "mean",
    recipe: { statistic, captionPrefix },
    measure: ({ generated, captions, clusters }) => meanOf(score(generated, captions), clusters.generated),
  };
}

function meanOf(values: Float64Array, clusters: Clusters): Measurement & { perPicture: Float64Array } {
  return { value: meanOfValues(values), interval: meanInterval(values, clusters), perPicture: values };
}

function meanOfValues(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
