/** All pairwise differences of arms, with decisions that hold for all pairs at once. */
import {
  type ArmEstimates,
  contrastPValue,
  contrastReach,
  contrastSpread,
  contrastValue,
  differenceOf,
} from "./arm-estimates";
import type { ResampledBounds } from "./resampled-differences";

/** How far `first` is ahead of `second`; if nothing compares the pair, every field that needs a comparison is null. */
export type ArmDifference = {
  /** The arm with the higher estimate; if nothing compares the two, the one named first in the study. */
  readonly first: string;
  readonly second: string;
  /** On the scale of the ratings; 0 or above. */
  readonly estimate: number | null;
  readonly standardError: number | null;
  /** Bounds of the 95% interval of this difference alone. */
  readonly low: number | null;
  readonly high: number | null;
  /** The same from resampling, if requested and possible: see `resampleDifferences`. */
  readonly resampledLow: number | null;
  readonly resampledHigh: number | null;
  /** Of Student's t behind the interval; also null if there are no clusters to count. */
  readonly degreesOfFreedom: number | null;
  /** P value of the hypothesis that the two are equal, for this pair alone. */
  readonly p: number | null;
  /** Adjusted by Holm's method over all compared pairs: at 0.05 or below the two are separated. */
  readonly pAdjusted: number | null;
  /** Whether the study separates the two after the adjustment; `first` is then the better one. */
  readonly isSeparated: boolean;
  /** The pair that the study was planned for: it is marked but otherwise treated like the others. */
  readonly isPrimary: boolean;
};

/** Probability that any pair of equal arms is separated. */
export const familywiseError = 0.05;

/**
 * The differences of all pairs of `arms`, in the order of the pairs in `arms`. Decisions are Holm's step-down rule
 * (Scandinavian Journal of Statistics 6, 1979) over all pairs that were compared, directly or through other arms.
 *
 * @param estimates of the arms that were judged; other arms are compared with nothing
 * @param unit points of the ratings' scale per unit of the estimates
 */
export function armDifferences(
  arms: readonly string[],
  estimates: ArmEstimates | null,
  {
    coverage,
    unit,
    primaryPair,
    resampled,
  }: {
    coverage: number;
    unit: number;
    primaryPair?: readonly [string, string] | undefined;
    resampled?: ResampledBounds | null | undefined;
  },
): ArmDifference[] {
  const isPrimary = (one: string, other: string) => {
    return primaryPair?.includes(one) === true && primaryPair.includes(other);
  };
  const unadjusted = arms.flatMap((one, i) =>
    arms.slice(i + 1).map((other): Omit<ArmDifference, "pAdjusted" | "isSeparated"> => {
      const pair = estimates === null ? null : comparedPair(estimates, one, other);
      if (estimates === null || pair === null) {
        const nothing = {
          estimate: null,
          standardError: null,
          low: null,
          high: null,
          degreesOfFreedom: null,
          resampledLow: null,
          resampledHigh: null,
        };
        return { first: one, second: other, ...nothing, p: null, isPrimary: isPrimary(one, other) };
      }
      const contrast = differenceOf(...pair);
      const value = contrastValue(estimates, contrast);
      const spread = contrastSpread(estimates, contrast);
      const reach = contrastReach(spread, coverage);
      const bounds = resampled?.(...pair);
      const { standardError, modelStandardError, degreesOfFreedom } = spread;
      return {
        first: estimates.arms[pair[0]]!,
        second: estimates.arms[pair[1]]!,
        estimate: unit * value,
        standardError: unit * Math.max(standardError, modelStandardError),
        low: unit * (value - reach),
        high: unit * (value + reach),
        resampledLow: bounds ? unit * bounds.low : null,
        resampledHigh: bounds ? unit * bounds.high : null,
        degreesOfFreedom: Number.isFinite(degreesOfFreedom) ? degreesOfFreedom : null,
        p: contrastPValue(value, spread),
        isPrimary: isPrimary(one, other),
      };
    }),
  );
  const compared = unadjusted.flatMap(({ p }, index) => (p === null ? [] : [{ p, index }]));
  const adjusted = new Map<number, number>();
  holmAdjusted(compared.map(({ p }) => p)).forEach((p, k) => {
    adjusted.set(compared[k]!.index, p);
  });
  return unadjusted.map((difference, index) => {
    const pAdjusted = adjusted.get(index) ?? null;
    return { ...difference, pAdjusted, isSeparated: pAdjusted !== null && pAdjusted <= familywiseError };
  });
}

/** How many pairs the decisions are adjusted for. */
export function comparisonCount(differences: readonly ArmDifference[]): number {
  return differences.filter(({ p }) => p !== null).length;
}

/** Indices of the two, the higher one first; null where nothing compares them. */
function comparedPair(
  { arms, values, group }: ArmEstimates,
  one: string,
  other: string,
): [number, number] | null {
  const [i, j] = [arms.indexOf(one), arms.indexOf(other)];
  if (i < 0 || j < 0 || group[i] !== group[j]) return null;
  return values[i]! >= values[j]! ? [i, j] : [j, i];
}

/** Holm's adjusted P values, in the order of `pValues`. */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((index, step) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - step) * pValues[index]!));
    adjusted[index] = largest;
  });
  return adjusted;
}
