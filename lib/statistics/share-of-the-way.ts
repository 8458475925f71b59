/** How far an arm has come from one arm to another: from the original model to the real photographs. */
import {
  type ArmEstimates,
  type Contrast,
  contrastReach,
  contrastSpread,
  contrastValue,
  differenceOf,
} from "./arm-estimates";

/** The two ends of the way, as names of arms: where it starts (0) and where it leads (1). */
export type Way = { readonly from: string; readonly to: string };

export type ShareOfTheWay = {
  readonly arm: string;
  /** 0 at `from`, 1 at `to`; below 0 or above 1 is possible. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/** Beyond this many ways an interval has no end that anybody could use. */
const farthest = 1e6;

/**
 * (s_arm - s_from) / (s_to - s_from) for every other arm, with Fieller's interval (Journal of the Royal Statistical
 * Society B 16, 1954): all shares ρ for which s_arm - s_from - ρ (s_to - s_from) may be 0. Unlike the delta method it
 * does not take the length of the way for known. Null where an end of the way was never judged, where nothing
 * compares the two, or where their difference is not certain at the coverage: a share of a way that may have length
 * zero means nothing.
 */
export function sharesOfTheWay(
  estimates: ArmEstimates,
  { from, to }: Way,
  coverage: number,
): ShareOfTheWay[] | null {
  const { arms, group } = estimates;
  const [start, end] = [arms.indexOf(from), arms.indexOf(to)];
  if (start < 0 || end < 0 || start === end || group[start] !== group[end]) return null;
  const length = contrastValue(estimates, differenceOf(end, start));
  const isPossible = (contrast: Contrast) =>
    Math.abs(contrastValue(estimates, contrast)) <=
    contrastReach(contrastSpread(estimates, contrast), coverage);
  if (isPossible(differenceOf(end, start))) return null;
  return [...arms.keys()]
    .filter((arm) => arm !== start && arm !== end && group[arm] === group[start])
    .map((arm) => {
      const value = contrastValue(estimates, differenceOf(arm, start)) / length;
      const holds = (share: number) =>
        isPossible([
          { arm, weight: 1 },
          { arm: start, weight: share - 1 },
          { arm: end, weight: -share },
        ]);
      return {
        arm: arms[arm]!,
        value,
        low: lastThatHolds(value, -1, holds),
        high: lastThatHolds(value, 1, holds),
      };
    });
}

/** The end of the interval around `value` in a direction, to nine digits. */
function lastThatHolds(value: number, direction: 1 | -1, holds: (share: number) => boolean): number {
  let step = 1 / 64;
  while (step < farthest && holds(value + direction * step)) step *= 2;
  if (step >= farthest) return direction * Number.POSITIVE_INFINITY;
  let [inside, outside] = [0, step];
  while (outside - inside > 1e-9 * step) {
    const middle = (inside + outside) / 2;
    if (holds(value + direction * middle)) inside = middle;
    else outside = middle;
  }
  return value + direction * inside;
}
