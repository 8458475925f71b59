/** How far an arm has come from one arm to another: from the original model to the real photographs. */
import { clusteredEstimate, type InfluencedEstimate } from "./clustered-estimates";
import type { PairwiseParameters } from "./pairwise-model";
import type { Estimate, Quantity } from "./two-way-bootstrap";
import type { TwoWayClusters } from "./two-way-variance";

/** The two ends of the way, as names of arms: where it starts (0) and where it leads (1). */
export type Way = { readonly from: string; readonly to: string };

export type ShareOfTheWay = {
  readonly arm: string;
  /** 0 at `from`, 1 at `to`; below 0 or above 1 is possible. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/** (s_arm - s_from) / (s_to - s_from) for indices of arms. */
export function shareOfTheWay(arm: number, from: number, to: number): Quantity {
  return ({ logStrength }: PairwiseParameters) =>
    (logStrength[arm]! - logStrength[from]!) / (logStrength[to]! - logStrength[from]!);
}

/** s_to - s_from: the length of the way. */
export function lengthOfTheWay(from: number, to: number): Quantity {
  return ({ logStrength }) => logStrength[to]! - logStrength[from]!;
}

/** Whether the ends differ for certain; a share of a way that may have length zero means nothing. */
export function isWayCertain(length: Pick<Estimate, "low" | "high">): boolean {
  return length.low > 0 || length.high < 0;
}

/**
 * Shares of the way for means of scores, or for strengths from choices, by the delta method: the influence of an
 * observation on a ratio a / b is (influence on a - a / b · influence on b) / b. Null where an end of the way was
 * never judged or the ends cannot be told apart.
 */
export function sharesOfTheWay(
  estimates: readonly InfluencedEstimate[],
  { from, to }: Way,
  clusters: TwoWayClusters,
  coverage: number,
): ShareOfTheWay[] | null {
  const start = estimates.find(({ arm }) => arm === from);
  const end = estimates.find(({ arm }) => arm === to);
  if (!start || !end || from === to) return null;
  const length = end.value - start.value;
  const lengthInfluence = end.influence.map((value, i) => value - start.influence[i]!);
  if (!isWayCertain(clusteredEstimate(length, lengthInfluence, clusters, coverage))) return null;
  return estimates
    .filter(({ arm }) => arm !== from && arm !== to)
    .map(({ arm, value, influence }) => {
      const share = (value - start.value) / length;
      const shareInfluence = influence.map(
        (own, i) => (own - start.influence[i]! - share * lengthInfluence[i]!) / length,
      );
      const { low, high } = clusteredEstimate(share, shareInfluence, clusters, coverage);
      return { arm, value: share, low, high };
    });
}
