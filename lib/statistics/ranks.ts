/** Ranks that the decisions about differences allow. */
import type { ArmDifference } from "./arm-differences";

export type RankRange = {
  /** 1 + the number of arms that are separated from it and better. */
  readonly best: number;
  /** The number of arms that are not separated from it and worse, itself included. */
  readonly worst: number;
};

/**
 * By arm, for `arms` that have a rating. Since ranks only use separated differences, they are all correct in at least as
 * many studies as all separations are.
 */
export function rankRanges(
  arms: readonly string[],
  differences: readonly ArmDifference[],
): Map<string, RankRange> {
  const better = new Map(arms.map((arm) => [arm, 0]));
  const worse = new Map(arms.map((arm) => [arm, 0]));
  for (const { first, second, isSeparated } of differences) {
    if (!isSeparated) continue;
    better.set(second, better.get(second)! + 1);
    worse.set(first, worse.get(first)! + 1);
  }
  return new Map(
    arms.map((arm) => [arm, { best: 1 + better.get(arm)!, worst: arms.length - worse.get(arm)! }]),
  );
}
