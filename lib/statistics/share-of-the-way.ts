/** How much of the gap between two arms, such as the original model and the photographs, another arm has closed. */
import {
  type ArmEstimates,
  type Contrast,
  contrastReach,
  contrastSpread,
  contrastValue,
  differenceOf,
} from "./arm-estimates";

/** The two ends of the gap, as names of arms: 0 at `from`, 1 at `to`. */
export type Way = { readonly from: string; readonly to: string };

/**
 * A share and its 95% confidence set. The set is an interval; or, if the gap itself may be zero, all shares except those
 * in an interval, or all shares.
 */
export type ShareOfTheWay = Way & {
  readonly arm: string;
  /** 0 at `from`, 1 at `to`; below 0 or above 1 is possible. Null where the estimate of the gap is 0. */
  readonly value: number | null;
  /** Null if the set is unbounded. */
  readonly low: number | null;
  readonly high: number | null;
  /** The shares between these two are the ones missing from an unbounded set. Null if none are missing. */
  readonly excluded: { readonly low: number; readonly high: number } | null;
};

/** Whether a share is in the set. */
export function isInSet({ low, high, excluded }: ShareOfTheWay, share: number): boolean {
  if (low !== null && high !== null) return low <= share && share <= high;
  return excluded === null || share <= excluded.low || share >= excluded.high;
}

/** Largest distance between sampled directions: narrower gaps in a set are not found. */
const widestStep = Math.PI / 128;

/**
 * (s_arm - s_from) / (s_to - s_from) for every other arm, with Fieller's set (Journal of the Royal Statistical Society B
 * 16, 1954): all shares ρ for which s_arm - s_from - ρ (s_to - s_from) may be 0. It is given whether or not the two ends are
 * separated. If it were only given when they are, its coverage would be too low: a gap is significant more often when
 * its variance is underestimated by chance, and no set that is always bounded can have 95% coverage (Gleser & Hwang, Annals of
 * Statistics 15, 1987).
 *
 * Null if an end of the gap was never judged, or nothing compares the two.
 */
export function sharesOfTheWay(
  estimates: ArmEstimates,
  { from, to }: Way,
  coverage: number,
): ShareOfTheWay[] | null {
  const { arms, group } = estimates;
  const [start, end] = [arms.indexOf(from), arms.indexOf(to)];
  if (start < 0 || end < 0 || start === end || group[start] !== group[end]) return null;
  const gap = contrastValue(estimates, differenceOf(end, start));
  return [...arms.keys()]
    .filter((arm) => arm !== start && arm !== end && group[arm] === group[start])
    .map((arm) => {
      const closed = contrastValue(estimates, differenceOf(arm, start));
      // Shares are directions, ρ = tan θ, so that a set may go through infinity and come back from the other side.
      const holds = (direction: number) => {
        const [sine, cosine] = [Math.sin(direction), Math.cos(direction)];
        const contrast: Contrast = [
          { arm, weight: cosine },
          { arm: start, weight: sine - cosine },
          { arm: end, weight: -sine },
        ];
        return (
          Math.abs(contrastValue(estimates, contrast)) <=
          contrastReach(contrastSpread(estimates, contrast), coverage)
        );
      };
      const direction = gap === 0 ? Math.PI / 2 : Math.atan(closed / gap);
      return {
        from,
        to,
        arm: arms[arm]!,
        value: gap === 0 ? null : closed / gap,
        ...setAround(direction, holds),
      };
    });
}

function setAround(
  direction: number,
  holds: (direction: number) => boolean,
): Pick<ShareOfTheWay, "low" | "high" | "excluded"> {
  const [up, down] = [reachOf(direction, 1, holds), reachOf(direction, -1, holds)];
  if (up === null || down === null) return { low: null, high: null, excluded: null };
  const [low, high] = [Math.tan(direction - down), Math.tan(direction + up)];
  const isThroughInfinity = direction + up >= Math.PI / 2 || direction - down <= -Math.PI / 2;
  return isThroughInfinity
    ? { low: null, high: null, excluded: { low: high, high: low } }
    : { low, high, excluded: null };
}

/** The angle from a direction in the set to the nearest one outside it, to nine digits; null if all are inside. */
function reachOf(direction: number, sign: 1 | -1, holds: (direction: number) => boolean): number | null {
  let [inside, outside] = [0, widestStep / 1024];
  while (holds(direction + sign * outside)) {
    if (outside >= Math.PI) return null;
    inside = outside;
    outside += Math.min(outside, widestStep);
  }
  while (outside - inside > 1e-10 * outside) {
    const middle = (inside + outside) / 2;
    if (holds(direction + sign * middle)) inside = middle;
    else outside = middle;
  }
  return inside;
}
