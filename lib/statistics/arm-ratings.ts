/** Ratings of single arms, with intervals that do not depend on the other arms. */
import {
  type ArmEstimates,
  type Contrast,
  contrastReach,
  contrastSpread,
  differenceOf,
  varianceShares,
} from "./arm-estimates";
import { quasiVariances } from "./quasi-variances";

export type ArmRating = {
  readonly value: number;
  /** Bounds of the interval. */
  readonly low: number;
  readonly high: number;
  readonly variance: number;
};

/**
 * Values that only mean something relative to each other, shifted to a mean of `mean`. Intervals are comparison intervals
 * from quasi-variances: for two arms, √(reach² + reach²) is the reach of their difference, as closely as one
 * number per arm allows, and an arm that is hard to place (one that always wins) widens only its own interval.
 * `variance` is the quasi-variance itself. Arms that were never compared, directly or indirectly, do not affect each
 * other's intervals.
 *
 * @param unit points of the ratings' scale per unit of the estimates
 */
export function comparedRatings(
  estimates: ArmEstimates,
  { coverage, unit, mean }: { coverage: number; unit: number; mean: number },
): ArmRating[] {
  const { values, group, arms } = estimates;
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  const reaches = new Float64Array(arms.length);
  const variances = new Float64Array(arms.length);
  for (const name of new Set(group)) {
    const members = [...arms.keys()].filter((arm) => group[arm] === name);
    const n = members.length;
    if (n < 2) continue;
    const squaredReach = new Float64Array(n * n);
    const variance = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const spread = contrastSpread(estimates, differenceOf(members[i]!, members[j]!));
        const reach = contrastReach(spread, coverage);
        squaredReach[i * n + j] = squaredReach[j * n + i] = reach ** 2;
        variance[i * n + j] = variance[j * n + i] =
          Math.max(spread.standardError, spread.modelStandardError) ** 2;
      }
    }
    quasiVariances(squaredReach, n).forEach((square, i) => {
      reaches[members[i]!] = Math.sqrt(square);
    });
    quasiVariances(variance, n).forEach((value, i) => {
      variances[members[i]!] = value;
    });
  }
  return arms.map((_, arm) => {
    const value = mean + unit * (values[arm]! - centre);
    const reach = unit * reaches[arm]!;
    return { value, low: value - reach, high: value + reach, variance: unit ** 2 * variances[arm]! };
  });
}

/** Values that are meaningful on their own, such as mean scores, each with its own interval and variance. */
export function standaloneRatings(estimates: ArmEstimates, coverage: number): ArmRating[] {
  const own = estimates.arms.map((_, arm): Contrast => [{ arm, weight: 1 }]);
  const shares = varianceShares(estimates, own);
  return own.map((contrast, arm) => {
    const value = estimates.values[arm]!;
    const spread = contrastSpread(estimates, contrast, shares);
    const reach = contrastReach(spread, coverage);
    const variance = Math.max(spread.standardError, spread.modelStandardError) ** 2;
    return { value, low: value - reach, high: value + reach, variance };
  });
}
