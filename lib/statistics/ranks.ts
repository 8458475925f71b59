/** Ranks that the decisions about differences allow. */
import type { ArmDifference } from "./arm-differences";

export type RankRange = {
  /** 1 + the number of arms that are better for certain. */
  readonly best: number;
  /** The number of arms that are not worse for certain, itself included. */
  readonly worst: number;
};

/**
 * By arm, for `arms` that have a rating. Two arms differ for certain where their difference is separated, so that all
 * ranks together are wrong in at most as many studies as any separation is.
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
