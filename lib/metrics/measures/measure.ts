/** The input and output of a metric's implementation. */
import type { Random } from "@/lib/numerics/random";
import type { MetricEntry } from "../catalogue/metric-entry";
import type { Features } from "../features/features";
import type { EvaluationInput } from "../inputs/evaluation-input";
import type { FeatureSource } from "../inputs/feature-source";
import type { CaptionClusters } from "../intervals/caption-clusters";
import type { IntervalTarget } from "../intervals/interval-target";
import type { Clusters } from "../intervals/intervals";
import type { Measurement, Recipe, Score } from "../scores/score";
import type { Gaussian } from "./frechet-distance";

/** `captions` and `texts` go with `generated`, row by row, and `clusters` with both sets. */
export type MeasureInputs = {
  readonly real: Features;
  readonly generated: Features;
  readonly captions: Features;
  readonly texts: readonly string[];
  /** The prefix of each caption. */
  readonly captionPrefix: string;
  readonly clusters: CaptionClusters;
  /** Of this metric alone: see `randomOfMetric`. */
  readonly random: Random;
};

type MeasureDescription = {
  readonly intervalOf: IntervalTarget;
  /** The statistic, for the recipe; the features' part comes from their specification. */
  readonly recipe: Recipe;
};

/** A statistic of one feature vector per image or caption. */
export type FeatureMeasure = MeasureDescription & {
  readonly measure: (inputs: MeasureInputs) => Measurement | Promise<Measurement>;
  /** For metrics that only need the mean and covariance of the real images. */
  readonly measureAgainstGaussian?: (inputs: {
    readonly real: Gaussian;
    readonly generated: Features;
    readonly clusters: Clusters;
    readonly random: Random;
  }) => Promise<Measurement>;
};

/** A statistic that needs more of a network than its feature vectors, and the images themselves. */
export type ImageMeasure = MeasureDescription & {
  readonly score: (
    metric: MetricEntry & { readonly name: string },
    input: EvaluationInput,
    source: FeatureSource,
  ) => Promise<Score>;
};

export type Measure = FeatureMeasure | ImageMeasure;
