/** Intervals for what a pairwise model says, from resampling captions and raters. */

import { addDrawnClusters, type ClusterSums, toClusterSums } from "./cluster-sums";
import { normalQuantile } from "./distributions";
import { tableToPairCounts, voteContributions, voteType } from "./pair-counts";
import {
  type PairwiseFit,
  type PairwiseModel,
  type PairwiseParameters,
  voteSensitivities,
} from "./pairwise-model";
import { sortedQuantile } from "./quantiles";
import { createRandom } from "./random";
import {
  type ClusterBasis,
  criticalValue,
  type TwoWayClusters,
  type TwoWayVariance,
  tableToClusters,
  twoWayVariance,
} from "./two-way-variance";
import type { VoteTable } from "./vote-table";

/** A number that follows from the model's parameters. */
export type Quantity = (parameters: PairwiseParameters) => number;

export type Estimate = {
  readonly value: number;
  /** Bounds of the central interval of the given coverage. */
  readonly low: number;
  readonly high: number;
  /** Variance of the replicates. */
  readonly variance: number;
};

export type BootstrapOptions = {
  readonly seed: number;
  /** How often captions and raters are drawn anew; 1000 gives bounds that are steady to a few percent. */
  readonly replicates: number;
  /** Coverage of the intervals, in (0, 1). */
  readonly coverage: number;
};

export type BootstrapResult = {
  readonly fit: PairwiseFit;
  /** One estimate per quantity, in their order. */
  readonly estimates: readonly Estimate[];
  readonly basis: ClusterBasis;
  /** Share of fits in which only the weak prior made the strengths finite; 1 where the full fit needed it. */
  readonly regularisedShare: number;
};

/**
 * Point estimates and intervals of `quantities` under `model`, where the captions and the raters of a study are
 * both samples of those that might have been.
 *
 * Per replicate the captions are drawn with replacement (each with all its votes) and the model is refitted;
 * then the same for the raters. The two deviations from the full fit, each times √(G / (G - 1)) for G clusters,
 * are added. Their sum holds the noise of single votes twice, so it is scaled per quantity to the two-way
 * clustered variance of `twoWayVariance`, computed from the model's influence function. Bounds are percentiles,
 * stretched from the normal quantile to `criticalValue` because the spread of few clusters is itself uncertain.
 * Where the full fit needs the weak prior nothing is resampled; intervals are then symmetric, from the larger of the
 * clustered and the model's own variance.
 *
 * Weighting each vote by caption weight times rater weight ("pigeonhole bootstrap", Owen, Annals of Applied
 * Statistics 1, 2007) would be one refit less but holds that noise three times: its 95% intervals cover 99% in
 * studies of ordinary size, and those from resampling single votes 86% (docs/measurements/coverage.md).
 */
export function twoWayBootstrap(
  table: VoteTable,
  model: PairwiseModel,
  quantities: readonly Quantity[],
  { seed, replicates, coverage }: BootstrapOptions,
): BootstrapResult {
  const counts = tableToPairCounts(table);
  const fit = model.fit(counts);
  const clusters = tableToClusters(table);
  const critical = criticalValue(clusters, coverage);
  const spreads = voteSensitivities(model, fit, quantities).map(({ influence, modelVariance }) => ({
    clustered: twoWayVariance(clusters, voteContributions(table, influence)),
    modelVariance,
  }));
  if (fit.method === "weak-prior") {
    // Resamples of votes that all agree would agree as well, which is no certainty.
    const estimates = spreads.map(({ clustered, modelVariance }, q): Estimate => {
      const value = quantities[q]!(fit);
      const variance = Math.max(clustered.total, modelVariance);
      const reach = critical * Math.sqrt(variance);
      return { value, low: value - reach, high: value + reach, variance };
    });
    return { fit, estimates, basis: clusters.basis, regularisedShare: 1 };
  }

  const resampled = resampledClusters(table, clusters);
  const deviations = quantities.map(() => new Float64Array(replicates));
  const random = createRandom(seed);
  const values = quantities.map((quantity) => quantity(fit));
  let regularisedFits = 0;
  for (const sums of resampled) {
    const smallSample = Math.sqrt(sums.count / Math.max(1, sums.count - 1));
    for (let r = 0; r < replicates; r++) {
      const drawn = new Float64Array(counts.counts.length);
      addDrawnClusters(sums, random, drawn);
      const refit = model.fit({ armCount: counts.armCount, counts: drawn }, fit);
      if (refit.method === "weak-prior") regularisedFits++;
      for (let q = 0; q < quantities.length; q++) {
        deviations[q]![r]! += smallSample * (quantities[q]!(refit) - values[q]!);
      }
    }
  }

  const stretch = critical / normalQuantile((1 + coverage) / 2);
  const tail = (1 - coverage) / 2;
  const estimates = spreads.map(({ clustered }, q): Estimate => {
    const value = values[q]!;
    const sorted = deviations[q]!.sort();
    const scale = spreadCorrection(clusters, clustered);
    return {
      value,
      low: value + stretch * scale * sortedQuantile(sorted, tail),
      high: value + stretch * scale * sortedQuantile(sorted, 1 - tail),
      variance: scale * scale * sampleVariance(sorted),
    };
  });
  const regularisedShare = regularisedFits / (replicates * resampled.length);
  return { fit, estimates, basis: clusters.basis, regularisedShare };
}

/** Counts of vote types per cluster, once for everything that is resampled. */
function resampledClusters(table: VoteTable, clusters: TwoWayClusters): ClusterSums[] {
  // `toClusterSums` leaves negative positions out.
  const types = Int32Array.from({ length: table.voteCount }, (_, i) => voteType(table, i) ?? -1);
  const byCaption = () => toClusterSums(clusters.caption, types, clusters.captionCount);
  const byRater = () => toClusterSums(clusters.rater, types, clusters.raterCount);
  switch (clusters.basis) {
    case "caption and rater":
      return [byCaption(), byRater()];
    case "caption":
      return [byCaption()];
    case "rater":
      return [byRater()];
    case "vote":
      return [toClusterSums(Int32Array.from(types.keys()), types, table.voteCount)];
  }
}

/** What the summed deviations are multiplied by so that single votes' noise counts once: in [√½, 1]. */
function spreadCorrection(clusters: TwoWayClusters, { caption, rater, total }: TwoWayVariance): number {
  if (clusters.basis !== "caption and rater" || caption + rater === 0) return 1;
  return Math.sqrt(total / (caption + rater));
}

function sampleVariance(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value;
  mean /= values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / Math.max(1, values.length - 1);
}
