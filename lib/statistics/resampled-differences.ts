/** A second opinion on the intervals of differences: the model refitted to resampled captions and raters. */
import { normalQuantile, studentTQuantile } from "../numerics/distributions";
import { solveCholesky } from "../numerics/linear-system";
import type { LogLikelihood } from "../numerics/newton";
import { sortedQuantile } from "../numerics/quantiles";
import { type ArmEstimates, contrastSpread, differenceOf, varianceOf } from "./arm-estimates";
import { addDrawnClusters, type ClusterSums, toClusterSums } from "./cluster-sums";
import { voteType } from "./pair-counts";
import type { PairwiseFit, PairwiseModel } from "./pairwise-model";
import { createRandom } from "./random";
import { type TwoWayClusters, tableToClusters } from "./two-way-clusters";
import type { VoteTable } from "./vote-table";

export type ResamplingOptions = {
  /** The same votes and seed give bit-identical bounds. */
  readonly seed: number;
  /** Number of resamples of captions and raters; 1000 give bounds that are stable to a few percent. */
  readonly replicates: number;
  /** Coverage of the intervals, in (0, 1). */
  readonly coverage: number;
};

/** Bounds of the interval of a difference of two arms, by index, as log strengths. */
export type ResampledBounds = (first: number, second: number) => { low: number; high: number };

/** Every replicate costs as much as a fit; beyond this many arms that would take minutes. */
const mostArms = 50;

/**
 * Percentile intervals of differences of log strengths. In each replicate the captions are drawn with replacement, each with
 * all its votes, and the model is refitted; then the raters likewise. The two deviations from the full fit, each
 * times √(G / (G - 1)) for G clusters, are added. Their sum contains the noise of single votes twice, so it is scaled by
 * √(V / (V_caption + V_rater)), and stretched from the normal quantile to that of Student's t, with variances and degrees
 * from the jackknife. Unlike the interval in the table of differences, it may be skewed. (Weighting each vote by caption
 * weight times rater weight, the pigeonhole bootstrap of Owen, Annals of Applied Statistics 1, 2007, contains that noise
 * three times.)
 *
 * Null if the full fit needs the weak prior, since resamples of unanimous votes are unanimous too, which is no
 * evidence of certainty; if nothing repeats; and for more than 50 arms.
 */
export function resampleDifferences(
  table: VoteTable,
  model: PairwiseModel,
  fit: PairwiseFit,
  estimates: ArmEstimates,
  { seed, replicates, coverage }: ResamplingOptions,
): ResampledBounds | null {
  const armCount = table.arms.length;
  if (fit.method === "weak-prior" || estimates.basis === "vote" || armCount > mostArms) return null;
  const deviations = table.arms.map(() => new Float64Array(replicates));
  const random = createRandom(seed);
  const counts = new Float64Array(armCount * armCount * 3);
  for (const sums of resampledClusters(table, tableToClusters(table))) {
    const smallSample = Math.sqrt(sums.count / (sums.count - 1));
    for (let r = 0; r < replicates; r++) {
      counts.fill(0);
      addDrawnClusters(sums, random, counts);
      const refit = refitStrengths(model, fit, { armCount, counts });
      for (let arm = 1; arm < armCount; arm++) {
        deviations[arm]![r]! += smallSample * (refit[arm]! - fit.logStrength[arm]!);
      }
    }
  }
  const sorted = new Float64Array(replicates);
  return (first, second) => {
    const contrast = differenceOf(first, second);
    const { caption, rater, total } = varianceOf(estimates, contrast);
    const { degreesOfFreedom } = contrastSpread(estimates, contrast);
    const probability = (1 + coverage) / 2;
    const stretch = studentTQuantile(probability, degreesOfFreedom) / normalQuantile(probability);
    const scale = caption + rater > 0 ? stretch * Math.sqrt(total / (caption + rater)) : 0;
    const value = fit.logStrength[first]! - fit.logStrength[second]!;
    for (let r = 0; r < replicates; r++) sorted[r] = deviations[first]![r]! - deviations[second]![r]!;
    sorted.sort();
    return {
      low: value + scale * sortedQuantile(sorted, 1 - probability),
      high: value + scale * sortedQuantile(sorted, probability),
    };
  };
}

/** Counts of vote types per cluster, computed once for all replicates. */
function resampledClusters(table: VoteTable, clusters: TwoWayClusters): ClusterSums[] {
  // `toClusterSums` leaves negative positions out.
  const types = Int32Array.from({ length: table.voteCount }, (_, i) => voteType(table, i) ?? -1);
  return [
    ...(clusters.captionCount > 1 ? [toClusterSums(clusters.caption, types, clusters.captionCount)] : []),
    ...(clusters.raterCount > 1 ? [toClusterSums(clusters.rater, types, clusters.raterCount)] : []),
  ];
}

/** Log strengths of resampled votes, which are close to those of the full fit. */
function refitStrengths(
  model: PairwiseModel,
  fit: PairwiseFit,
  counts: { armCount: number; counts: Float64Array },
): Float64Array {
  const likelihood = model.likelihoodOf(counts);
  const free = likelihood.size === fit.free.length ? maximiseNearby(likelihood, fit) : null;
  return (free ? model.toParameters(free, counts.armCount) : model.fit(counts, fit)).logStrength;
}

const mostSteps = 25;
/** Of a log strength: two thousandths of an Elo point. */
const stepTolerance = 1e-5;

/**
 * Newton steps with the information of the full fit, which need no new decomposition; each gains a digit or more if
 * the two are similar. Null if the steps do not shrink.
 */
function maximiseNearby(likelihood: LogLikelihood, fit: PairwiseFit): Float64Array | null {
  const n = likelihood.size;
  const at = Float64Array.from(fit.free);
  const gradient = new Float64Array(n);
  const information = new Float64Array(n * n);
  let last = Number.POSITIVE_INFINITY;
  for (let count = 0; count < mostSteps; count++) {
    gradient.fill(0);
    likelihood.derivatives(at, gradient, information);
    const step = solveCholesky(fit.informationFactor, gradient, n);
    let size = 0;
    for (let i = 0; i < n; i++) {
      at[i]! += step[i]!;
      size = Math.max(size, Math.abs(step[i]!));
    }
    if (size < stepTolerance) return at;
    if (!(size < last)) return null;
    last = size;
  }
  return null;
}
