/** How far an arm has come from one arm to another: from the original model to the real photographs. */
import type { PairwiseParameters } from "./pairwise-model";
import type { Estimate, Quantity } from "./two-way-bootstrap";

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
export function isWayCertain(length: Estimate): boolean {
  return length.low > 0 || length.high < 0;
}
