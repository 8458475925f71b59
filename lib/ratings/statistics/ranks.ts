/** Ranks that an interval still allows. */

export type Interval = { readonly low: number; readonly high: number };

/**
 * The best rank each interval allows: 1 + the number of arms whose lower bound exceeds my upper bound (the rank
 * that FastChat's leaderboard prints).
 */
export function upperBoundRanks(intervals: readonly Interval[]): number[] {
  return intervals.map((mine) => 1 + intervals.filter((other) => other.low > mine.high).length);
}

/** The worst rank each interval allows: all arms but those whose upper bound is under my lower bound. */
export function lowerBoundRanks(intervals: readonly Interval[]): number[] {
  return intervals.map(
    (mine) => intervals.length - intervals.filter((other) => other.high < mine.low).length,
  );
}
