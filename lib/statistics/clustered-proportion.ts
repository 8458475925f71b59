/** A proportion and its interval when captions and raters have several votes each. */
import { SemblanceError } from "@/lib/errors";
import { normalQuantile, studentTQuantile } from "../numerics/distributions";
import { type ArmEstimates, type Contrast, contrastSpread, type VarianceShares } from "./arm-estimates";
import { compactIndices } from "./compact-indices";
import { meansOf } from "./likert";
import { toTwoWayClusters } from "./two-way-clusters";

export type Proportion = {
  /** Mean score in [0, 1]; null without observations. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Number of observations. */
  readonly votes: number;
};

const itself: Contrast = [{ arm: 0, weight: 1 }];

/** Mean of `scores` in [0, 1] (1 won, 0 lost, 0.5 tied) with the interval of `proportionInterval`. */
export function clusteredProportion(
  scores: Float64Array,
  caption: ArrayLike<number>,
  rater: ArrayLike<number>,
  coverage: number,
): Proportion {
  const estimates = proportionEstimates(scores, caption, rater);
  if (estimates === null) return { value: null, low: null, high: null, votes: 0 };
  const interval = proportionInterval(estimates, scores.length, coverage);
  return { value: estimates.values[0]!, ...interval, votes: scores.length };
}

/** The mean of the scores and how it varies over captions and raters; null without scores. */
export function proportionEstimates(
  scores: Float64Array,
  caption: ArrayLike<number>,
  rater: ArrayLike<number>,
): ArmEstimates | null {
  const n = scores.length;
  if (caption.length !== n || rater.length !== n) {
    throw new SemblanceError("invalid_input", "Scores, captions and raters differ in number.");
  }
  if (n === 0) return null;
  const mean = scores.reduce((sum, score) => sum + score, 0) / n;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  const [captionIndex, captionCount] = compactIndices(caption);
  const [raterIndex, raterCount] = compactIndices(rater);
  const clusters = toTwoWayClusters(captionIndex, raterIndex, captionCount, raterCount);
  return meansOf(scores, new Int32Array(n), ["share"], clusters, (count) => squares / count ** 2);
}

/**
 * Wilson's score interval of a proportion, in which the number of votes is replaced by the effective number
 * p (1 - p) / V, V being the variance over captions and raters, and the normal quantile by Student's t; but never
 * narrower than if all votes were independent. Unlike p ± 1.96 √V it stays within [0, 1] and does not shrink to a point
 * at 0 or 1, where the plain number of votes is used.
 *
 * @param shares as for `contrastSpread`
 */
export function proportionInterval(
  estimates: ArmEstimates,
  votes: number,
  coverage: number,
  shares?: VarianceShares,
): { low: number; high: number } {
  const p = estimates.values[0]!;
  const { standardError, modelStandardError, degreesOfFreedom } = contrastSpread(estimates, itself, shares);
  const probability = (1 + coverage) / 2;
  const effective = (error: number) => (error > 0 ? (p * (1 - p)) / error ** 2 : votes);
  const independent = wilsonInterval(p, effective(modelStandardError), normalQuantile(probability));
  if (standardError === 0) return independent;
  const clustered = wilsonInterval(
    p,
    effective(standardError),
    studentTQuantile(probability, degreesOfFreedom),
  );
  return {
    low: Math.min(independent.low, clustered.low),
    high: Math.max(independent.high, clustered.high),
  };
}

/**
 * Wilson's score interval (JASA 22, 1927) for a proportion `p` of `n` observations, `z` standard errors to either
 * side; `n` may be fractional.
 */
export function wilsonInterval(p: number, n: number, z: number): { low: number; high: number } {
  const z2 = z * z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n)) * (z / (1 + z2 / n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
