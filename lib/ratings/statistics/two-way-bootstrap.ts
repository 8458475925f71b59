/** Intervals for what a pairwise model says, from resampling captions and raters. */

import { addDrawnClusters, type ClusterSums, toClusterSums } from "./cluster-sums";
import { normalQuantile } from "./distributions";
import { tableToPairCounts, voteType } from "./pair-counts";
import {
  type PairwiseFit,
  type PairwiseModel,
  type PairwiseParameters,
  voteInfluence,
} from "./pairwise-model";
import { sortedQuantile } from "./quantiles";
import { createRandom } from "./random";
import {
  type ClusterBasis,
  criticalValue,
  type TwoWayClusters,
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
  /** Resamples in which only the weak prior made the strengths finite, of 2 · replicates (or 1 · with one basis). */
  readonly regularisedFits: number;
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
 *
 * Weighting each vote by caption weight times rater weight ("pigeonhole bootstrap", Owen, Annals of Applied
 * Statistics 1, 2007) would be one refit less but holds that noise three times: its 95% intervals cover over
 * 99% in studies of ordinary size (bench/coverage-simulation.ts).
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
  const random = createRandom(seed);
  const values = quantities.map((quantity) => quantity(fit));

  const deviations = quantities.map(() => new Float64Array(replicates));
  let regularisedFits = 0;
  for (const sums of resampledClusters(table, clusters)) {
    const smallSample = Math.sqrt(sums.count / Math.max(1, sums.count - 1));
    for (let r = 0; r < replicates; r++) {
      const resampled = new Float64Array(counts.counts.length);
      addDrawnClusters(sums, random, resampled);
      const refit = model.fit({ armCount: counts.armCount, counts: resampled }, fit);
      if (refit.method !== fit.method) regularisedFits++;
      for (let q = 0; q < quantities.length; q++) {
        deviations[q]![r]! += smallSample * (quantities[q]!(refit) - values[q]!);
      }
    }
  }

  const stretch = criticalValue(clusters, coverage) / normalQuantile((1 + coverage) / 2);
  const estimates = quantities.map((quantity, q): Estimate => {
    const value = values[q]!;
    const scale = spreadCorrection(table, clusters, voteInfluence(model, fit, quantity));
    const sorted = deviations[q]!.sort();
    const tail = (1 - coverage) / 2;
    return {
      value,
      low: value + stretch * scale * sortedQuantile(sorted, tail),
      high: value + stretch * scale * sortedQuantile(sorted, 1 - tail),
      variance: scale * scale * sampleVariance(sorted),
    };
  });
  return { fit, estimates, basis: clusters.basis, regularisedFits };
}

/** Counts of vote types per cluster, once for everything that is resampled. */
function resampledClusters(table: VoteTable, clusters: TwoWayClusters): ClusterSums[] {
  const types = Int32Array.from({ length: table.voteCount }, (_, i) => voteType(table, i));
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
function spreadCorrection(table: VoteTable, clusters: TwoWayClusters, influence: Float64Array): number {
  if (clusters.basis !== "caption and rater") return 1;
  const contributions = new Float64Array(table.voteCount);
  for (let i = 0; i < table.voteCount; i++) {
    const type = voteType(table, i);
    if (type >= 0) contributions[i] = influence[type]!;
  }
  const { caption, rater, total } = twoWayVariance(clusters, contributions);
  return caption + rater === 0 ? 1 : Math.sqrt(total / (caption + rater));
}

function sampleVariance(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value;
  mean /= values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / Math.max(1, values.length - 1);
}
