/** 95% intervals by resampling: percentile bootstrap for means, half-sampling for statistics of whole sets. */
import { setImmediate } from "node:timers/promises";
import type { Random } from "@/lib/engine/random";

/** The bounds of a 95% interval. */
export type Interval = { readonly low: number; readonly high: number };

/** The 97.5% quantile of the standard normal distribution. */
const NORMAL_975 = 1.959963984540054;

/**
 * Percentile bootstrap interval (Efron 1979) of the mean of one value per picture.
 *
 * @returns null for fewer than two values, where a resample cannot differ from the sample
 */
export function bootstrapMeanInterval(
  values: ArrayLike<number>,
  random: Random,
  { replicates = 2000 }: { replicates?: number } = {},
): Interval | null {
  const count = values.length;
  if (count < 2) return null;
  const means = new Float64Array(replicates);
  for (let r = 0; r < replicates; r++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[random.integer(count)]!;
    means[r] = sum / count;
  }
  means.sort();
  return { low: quantile(means, 0.025), high: quantile(means, 0.975) };
}

/** Linear interpolation between the order statistics of sorted values, `probability` in [0, 1]. */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  const position = probability * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (position - below) * (sorted[above]! - sorted[below]!);
}

/** A statistic of a subset of each of two sets, given by row numbers. */
export type SubsetStatistic = (rowsA: Uint32Array, rowsB: Uint32Array) => number | Promise<number>;

/** So many statistics are under way at once: enough for the threads that compute some of them. */
const AT_ONCE = 8;

/**
 * Spread and bias of a statistic of two whole sets, from random halves of both.
 *
 * Halves drawn without replacement spread as the whole does (the delete-half jackknife; Shao & Wu, Annals of
 * Statistics 1989); drawn with replacement, a set would hold pictures twice, and distances between sets, kernels and
 * nearest neighbours all take such twins for structure. Of large sets a smaller fraction f, at most `largest` vectors,
 * is drawn, and the spread scaled by √(f / (1 - f)).
 *
 * `interval` is normal around `estimate`: where the score would fall with other pictures of both kinds. It does not
 * repair the bias that a small set brings (FID's, above all): `bias` says what that is if it falls as 1 / N, since
 * halves then have twice of it.
 *
 * @param minimum the least vectors per side that the statistic is defined for
 * @returns null where half of a set is below `minimum`
 */
export async function halfSample(
  estimate: number,
  counts: readonly [number, number],
  statistic: SubsetStatistic,
  random: Random,
  { minimum, replicates = 100, largest = 512 }: { minimum: number; replicates?: number; largest?: number },
): Promise<{ interval: Interval; bias: number } | null> {
  const smaller = Math.min(...counts);
  const fraction = Math.min(0.5, largest / Math.max(...counts));
  if (Math.floor(smaller * fraction) < minimum) return null;
  const sizes = counts.map((count) => Math.floor(count * fraction)) as [number, number];
  let sum = 0;
  let sumOfSquares = 0;
  for (let r = 0; r < replicates; r += AT_ONCE) {
    const drawn = Array.from({ length: Math.min(AT_ONCE, replicates - r) }, () =>
      [0, 1].map((side) => random.permutation(counts[side]!).subarray(0, sizes[side]!)),
    );
    const values = await Promise.all(drawn.map(([rowsA, rowsB]) => statistic(rowsA!, rowsB!)));
    for (const value of values) {
      // Deviations from the estimate: the replicates share its magnitude, which would cancel badly otherwise.
      const deviation = value - estimate;
      sum += deviation;
      sumOfSquares += deviation * deviation;
    }
    // Lets progress be told and a cancellation be heard in between.
    await setImmediate();
  }
  const odds = fraction / (1 - fraction);
  const variance = Math.max(0, (sumOfSquares - (sum * sum) / replicates) / (replicates - 1));
  const halfWidth = NORMAL_975 * Math.sqrt(variance * odds);
  return {
    interval: { low: estimate - halfWidth, high: estimate + halfWidth },
    bias: (sum / replicates) * odds,
  };
}
