/** Means of scores on a scale of a few points, per arm. */
import { type ArmEstimates, toArmEstimates } from "./arm-estimates";
import { observationsToClusters } from "./observation-clusters";
import type { TwoWayClusters } from "./two-way-clusters";
import { twoWayJackknife } from "./two-way-jackknife";

/** One judgement of one arm's image on a scale, for instance 1–5. */
export type Score = {
  readonly caption: string;
  readonly rater: string;
  readonly arm: string;
  readonly score: number;
};

/**
 * Mean score per arm, in order of appearance, and how means and their differences vary over captions and raters. A
 * difference varies less than its two means suggest, since captions and raters that are hard on one arm are also hard on the
 * other.
 *
 * An arm that always got the same score would have no variance at all. So every mean has at least the variance of one in
 * which a single score could have been different by the usual deviation: a standard error of s / (n - 1) for
 * n scores, s being the standard deviation of all, or one point where all are the same.
 *
 * @param scores at least one
 */
export function meanScores(scores: readonly Score[]): ArmEstimates {
  const arms = [...new Set(scores.map(({ arm }) => arm))];
  const indexOf = new Map(arms.map((arm, index) => [arm, index]));
  const armOf = Int32Array.from(scores, ({ arm }) => indexOf.get(arm)!);
  const values = Float64Array.from(scores, ({ score }) => score);
  const grandMean = values.reduce((sum, score) => sum + score, 0) / values.length;
  const spread = values.reduce((sum, score) => sum + (score - grandMean) ** 2, 0) / values.length || 1;
  return meansOf(
    values,
    armOf,
    arms,
    observationsToClusters(scores),
    (count) => spread / Math.max(1, count - 1) ** 2,
  );
}

/**
 * Without a cluster that has all values of an arm, nothing is left of its mean. The cluster's scores then add up to 0, so
 * the arm does not move, however small the value used for the rest; a larger one would underweight single values.
 */
const nothingLeft = 1e-6;

/**
 * Means of values by arm.
 *
 * @param armOf by value the index of its arm; every arm has at least one value
 * @param leastVariance of the mean of a number of values
 */
export function meansOf(
  values: Float64Array,
  armOf: Int32Array,
  arms: readonly string[],
  clusters: TwoWayClusters,
  leastVariance: (count: number) => number,
): ArmEstimates {
  const size = arms.length;
  const counts = new Float64Array(size);
  const means = new Float64Array(size);
  const indexOfValue = new Map<number, number>();
  const kinds = new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const [value, arm] = [values[i]!, armOf[i]!];
    counts[arm]! += 1;
    means[arm]! += value;
    let index = indexOfValue.get(value);
    if (index === undefined) {
      index = indexOfValue.size;
      indexOfValue.set(value, index);
    }
    kinds[i] = index * size + arm;
  }
  for (let arm = 0; arm < size; arm++) means[arm]! /= counts[arm]!;
  const informationFactor = new Float64Array(size * size);
  const model = new Float64Array(size * size);
  for (let arm = 0; arm < size; arm++) {
    informationFactor[arm * size + arm] = Math.sqrt(counts[arm]!);
    model[arm * size + arm] = leastVariance(counts[arm]!);
  }
  const covariance = twoWayJackknife(
    {
      size,
      informationFactor,
      observe(i, into) {
        into.count = 1;
        into.parameters[0] = armOf[i]!;
        into.scores[0] = values[i]! - means[armOf[i]!]!;
        into.information[0] = 1;
      },
      kindOf: (i) => kinds[i]!,
      widest: 1,
      remainder: nothingLeft,
    },
    clusters,
  );
  const group = arms.map(() => 0);
  return toArmEstimates(arms, means, { ...covariance, model }, clusters, (i) => [armOf[i]!], group);
}
