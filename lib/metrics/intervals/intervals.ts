/**
 * 95% intervals of scores whose images come in clusters: several images of one caption are less informative than images of
 * different captions. There are two methods: from each image's contribution to a score, if there is a formula for it; otherwise from
 * random halves of the captions.
 */
import { setImmediate } from "node:timers/promises";
import type { Random } from "@/lib/numerics/random";
import { studentQuantile975 } from "@/lib/numerics/student-quantile";

/** The bounds of a 95% interval. */
export type Interval = { readonly low: number; readonly high: number };

/** The caption of each image as an index from 0; images with the same index form a cluster. */
export type Clusters = Int32Array;

/** Each of `count` images is a cluster of its own. */
export function singletons(count: number): Clusters {
  return Int32Array.from({ length: count }, (_, i) => i);
}

/** The variance of a score, and the degrees of freedom with which it is known. */
export type Spread = { readonly variance: number; readonly degrees: number };

/** Each image's contribution to a score beyond its expectation: influence function over n. Sums to 0. */
export type Contributions = { readonly values: ArrayLike<number>; readonly clusters: Clusters };

/**
 * The infinitesimal jackknife over clusters (Efron 1982, ch. 6; clustered as in Cameron, Gelbach & Miller 2011): sum of
 * the squares of the clusters' totals, times G / (G - 1) for the G clusters of each set. Sets that share a cluster, such as
 * two models' images of one caption, are resampled together, so differences are paired by caption.
 *
 * The degrees of freedom are Satterthwaite's over sets, each with (Σn)² / Σn² - 1 for clusters of n images, which is
 * G - 1 where all captions have as many images.
 *
 * @returns null where a set has a single cluster
 */
export function spreadOfContributions(sets: readonly Contributions[]): Spread | null {
  const together = new Map<number, number>();
  let sum = 0;
  let sumOfSquaresOverDegrees = 0;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { values, clusters } of sets) {
    const totals = new Map<number, number>();
    clusters.forEach((cluster, i) => {
      totals.set(cluster, (totals.get(cluster) ?? 0) + values[i]!);
    });
    const count = totals.size;
    if (count < 2) return null;
    const scale = Math.sqrt(count / (count - 1));
    let variance = 0;
    for (const [cluster, total] of totals) {
      variance += (scale * total) ** 2;
      together.set(cluster, (together.get(cluster) ?? 0) + scale * total);
    }
    const degrees = Math.max(1, effectiveCount(clusters) - 1);
    sum += variance;
    sumOfSquaresOverDegrees += variance ** 2 / degrees;
    fewest = Math.min(fewest, degrees);
  }
  let variance = 0;
  for (const total of together.values()) variance += total ** 2;
  return { variance, degrees: sum > 0 ? sum ** 2 / sumOfSquaresOverDegrees : fewest };
}

/** (Σn)² / Σn² over the clusters' numbers of images n. */
export function effectiveCount(clusters: Clusters): number {
  const sizes = new Map<number, number>();
  for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  let squares = 0;
  for (const size of sizes.values()) squares += size ** 2;
  return clusters.length ** 2 / squares;
}

/**
 * `value` ± t √variance; by `root` symmetric in √value, for statistics that behave like sums of squares: never below 0,
 * and with the longer side where their skewness puts it.
 */
export function studentInterval(
  value: number,
  { variance, degrees }: Spread,
  scale: "plain" | "root" = "plain",
): Interval {
  const reach = studentQuantile975(degrees) * Math.sqrt(variance);
  if (scale === "plain" || value <= 0) return { low: value - reach, high: value + reach };
  const root = Math.sqrt(value);
  const half = reach / (2 * root);
  return { low: Math.max(0, root - half) ** 2, high: (root + half) ** 2 };
}

/**
 * Student's interval of a statistic whose studentised form T is skewed: symmetric in T + c T² + c² T³ / 3, which takes the
 * skewness out and is monotone (Hall, Journal of the Royal Statistical Society B 54, 1992). Positive `c` makes the upper
 * side the longer one, 0 gives `studentInterval`.
 *
 * @param c coefficient of the square in the Edgeworth expansion of T
 */
export function skewedInterval(value: number, { variance, degrees }: Spread, c: number): Interval {
  const error = Math.sqrt(variance);
  const quantile = studentQuantile975(degrees);
  const back = (z: number) => (Math.abs(c) < 1e-6 ? z : (Math.cbrt(1 + 3 * c * z) - 1) / c);
  return { low: value - error * back(quantile), high: value - error * back(-quantile) };
}

/**
 * Wilson's score interval (1927) of a share, for as many independent images as would give it the variance found. Where
 * that is 0, since all are alike, there are taken to be as many as effective clusters.
 */
export function shareInterval(share: number, { variance, degrees }: Spread, clusters: Clusters): Interval {
  const isMixed = variance > 0 && share > 1e-9 && share < 1 - 1e-9;
  const n = isMixed ? (share * (1 - share)) / variance : effectiveCount(clusters);
  const z2 = studentQuantile975(degrees) ** 2;
  const centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((z2 * share * (1 - share)) / n + z2 ** 2 / (4 * n * n)) / (1 + z2 / n);
  return {
    low: Math.max(0, Math.min(share, centre - half)),
    high: Math.min(1, Math.max(share, centre + half)),
  };
}

/**
 * Student's interval of the mean of one value per image over further captions; of zeros and ones Wilson's.
 *
 * @returns null where all images are of one caption
 */
export function meanInterval(values: ArrayLike<number>, clusters: Clusters): Interval | null {
  const count = values.length;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += values[i]!;
  const mean = sum / count;
  const contributions = Float64Array.from(values, (value) => (value - mean) / count);
  const spread = spreadOfContributions([{ values: contributions, clusters }]);
  if (!spread) return null;
  const isShare = Array.prototype.every.call(values, (value) => value === 0 || value === 1);
  return isShare ? shareInterval(mean, spread, clusters) : studentInterval(mean, spread);
}

/** Whole clusters of a set, at most about so many images, in which resampling is affordable. */
export type Pool = {
  /** Ascending. */
  readonly rows: Uint32Array;
  /** Of `rows`. */
  readonly clusters: Clusters;
  /** Part of the set's images. */
  readonly share: number;
};

/** @param largest images; exceeded where fewer than four clusters would be left */
export function drawPool(clusters: Clusters, largest: number, random: Random): Pool {
  const all = rowsByCluster(clusters);
  const total = clusters.length;
  if (total <= largest) return { rows: Uint32Array.from(clusters.keys()), clusters, share: 1 };
  const rows: number[] = [];
  for (const [drawn, at] of random.permutation(all.length).entries()) {
    if (drawn >= 4 && rows.length + all[at]!.length > largest) break;
    rows.push(...all[at]!);
  }
  rows.sort((x, y) => x - y);
  return {
    rows: Uint32Array.from(rows),
    clusters: Int32Array.from(rows, (row) => clusters[row]!),
    share: rows.length / total,
  };
}

function rowsByCluster(clusters: Clusters): number[][] {
  const rows = new Map<number, number[]>();
  clusters.forEach((cluster, row) => {
    const own = rows.get(cluster);
    if (own) own.push(row);
    else rows.set(cluster, [row]);
  });
  return [...rows.values()];
}

/** A statistic of a subset of each set, given by row numbers. */
export type SubsetStatistic = (...rows: Uint32Array[]) => number | Promise<number>;

/**
 * Variance and bias of a statistic of whole sets as large as the pools, from random halves of the pools' clusters.
 *
 * Halves drawn without replacement spread as the whole does (the delete-half jackknife; Shao & Wu, Annals of
 * Statistics 1989); drawn with replacement, a set would hold images twice, and distances between sets, kernels and
 * nearest neighbours all take such twins for structure.
 *
 * @param minimum the least images per set that the statistic is defined for
 * @returns `bias` if it falls as 1 / N, since halves then have twice of it; null where half of a pool is below `minimum`
 */
export async function halfSample(
  statistic: SubsetStatistic,
  pools: readonly Pool[],
  random: Random,
  { minimum, replicates = 100 }: { minimum: number; replicates?: number },
): Promise<{ variance: number; bias: number } | null> {
  const clusters = pools.map((pool) => rowsByCluster(pool.clusters));
  const halves = clusters.map(({ length }) => Math.floor(length / 2));
  const least = clusters.map((rows, side) =>
    rows
      .map(({ length }) => length)
      .sort((x, y) => x - y)
      .slice(0, halves[side])
      .reduce((sum, size) => sum + size, 0),
  );
  if (least.some((size) => size < minimum)) return null;
  const drawHalf = (side: number) => {
    const chosen = random.permutation(clusters[side]!.length).subarray(0, halves[side]!);
    const rows = Array.from(chosen).flatMap((at) => clusters[side]![at]!);
    return Uint32Array.from(
      rows.sort((x, y) => x - y),
      (row) => pools[side]!.rows[row]!,
    );
  };
  const whole = await statistic(...pools.map(({ rows }) => rows));
  let sum = 0;
  let sumOfSquares = 0;
  for (let r = 0; r < replicates; r++) {
    // Deviations from the full value: the replicates share its magnitude, which would cause cancellation otherwise.
    const deviation = (await statistic(...pools.map((_, side) => drawHalf(side)))) - whole;
    sum += deviation;
    sumOfSquares += deviation * deviation;
    // Lets progress be reported and cancellations arrive in between.
    await setImmediate();
  }
  const fraction =
    halves.reduce((part, half, side) => part + half / clusters[side]!.length, 0) / halves.length;
  const odds = fraction / (1 - fraction);
  const variance = Math.max(0, (sumOfSquares - (sum * sum) / replicates) / (replicates - 1));
  return { variance: variance * odds, bias: (sum / replicates) * odds };
}

/**
 * Variance of a statistic of whole sets from leaving out one cluster at a time, for sets whose halves are too small.
 * For statistics that are not smooth it is conservative (Efron & Stein, Annals of Statistics 1981).
 *
 * @returns null if fewer than `minimum` images of a set would be left
 */
export async function leaveOneOut(
  statistic: SubsetStatistic,
  pools: readonly Pool[],
  { minimum }: { minimum: number },
): Promise<number | null> {
  let variance = 0;
  for (const [side, pool] of pools.entries()) {
    const clusters = rowsByCluster(pool.clusters);
    if (clusters.length < 2) return null;
    const values: number[] = [];
    for (const left of clusters) {
      const kept = pool.rows.filter((_, at) => !left.includes(at));
      if (kept.length < minimum) return null;
      values.push(await statistic(...pools.map(({ rows }, other) => (other === side ? kept : rows))));
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    variance += (squares * (values.length - 1)) / values.length;
  }
  return variance;
}
