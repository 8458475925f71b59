/** Squared maximum mean discrepancy between two feature sets for any kernel (Gretton et al., JMLR 2012). */
import type { Random } from "@/lib/numerics/random";
import { type Features, selectFeatures } from "../features/features";
import {
  type Clusters,
  type Interval,
  type Spread,
  singletons,
  skewedInterval,
  spreadOfContributions,
  studentInterval,
} from "../intervals/intervals";
import { type Kernel, kernelSums, numbered, totalsOf } from "./kernel-sums";

/**
 * `unbiased` leaves out the pairs of a vector with itself (needs two vectors per set) and may be negative;
 * `biased` keeps them: never negative, but positive even for equal distributions.
 */
export type MmdEstimator = "biased" | "unbiased";

/** Above this number, unbiased estimates come from disjoint blocks, whose cost is linear in N, not quadratic. */
const LARGEST_ALL_PAIRS = 10_000;
const BLOCK = 1000;

/** mean k(a, a') + mean k(b, b') - 2 mean k(a, b) over all pairs, products summed in float64. */
export async function squaredDiscrepancy(
  a: Features,
  b: Features,
  kernel: Kernel,
  estimator: MmdEstimator,
): Promise<number> {
  return (await sumKernels(a, b, kernel, estimator, [singletons(a.count), singletons(b.count)])).value;
}

/** `pairs` tells whether the value is over all pairs or the mean of blocks. */
export type Discrepancy = { value: number; interval: Interval | null; pairs: "all" | "blocks" };

/**
 * The same with the 95% interval of its expected value, over clusters. The variance is the jackknife's from the row
 * means of the kernel, less what that counts twice where the sets are nearly alike; the bounds allow for the skewness of a
 * squared length, see `skewnessOfSums`. Above `LARGEST_ALL_PAIRS` vectors an unbiased estimate is the mean of disjoint blocks of whole clusters in random order, and
 * the interval comes from their spread (the B-test; Zaremba, Gretton & Blaschko 2013).
 *
 * @param clusters of the two sets; by default each vector is by itself
 */
export async function squaredDiscrepancyWithInterval(
  a: Features,
  b: Features,
  kernel: Kernel,
  estimator: MmdEstimator,
  random: Random,
  clusters: readonly [Clusters, Clusters] = [singletons(a.count), singletons(b.count)],
): Promise<Discrepancy> {
  if (estimator === "unbiased" && Math.max(a.count, b.count) > LARGEST_ALL_PAIRS) {
    const blocks = await blockDiscrepancies(a, b, kernel, random, clusters);
    if (blocks.length > 1) return { ...intervalFromBlocks(blocks), pairs: "blocks" };
  }
  const sums = await sumKernels(a, b, kernel, estimator, clusters);
  const spread = spreadOfSums(sums, clusters);
  if (!spread) return { value: sums.value, interval: null, pairs: "all" };
  const { low, high } = skewedInterval(sums.value, spread, skewnessOfSums(sums, clusters, spread));
  // No biased estimate is negative.
  return { value: sums.value, interval: { low: Math.max(low, -sums.above), high }, pairs: "all" };
}

/**
 * Every vector's contribution to the discrepancy beyond its expectation, over n: 2 (mean of its kernels in its own set - mean of
 * those with the other set), minus the mean of that.
 */
export async function discrepancyContributions(
  a: Features,
  b: Features,
  kernel: Kernel,
  estimator: MmdEstimator,
): Promise<[a: Float64Array, b: Float64Array]> {
  return (await sumKernels(a, b, kernel, estimator, [singletons(a.count), singletons(b.count)]))
    .contributions;
}

type Sums = {
  readonly value: number;
  /** By how much the biased estimate is higher. */
  readonly above: number;
  readonly contributions: [a: Float64Array, b: Float64Array];
  /** Variance of the second-order part; 0 where there are too many clusters to know it, and it is small. */
  readonly secondOrder: number;
  /**
   * Σ over pairs of different clusters of their two totals of contributions times their own second-order part; null where
   * there are too many clusters.
   */
  readonly interaction: number | null;
};

async function sumKernels(
  a: Features,
  b: Features,
  kernel: Kernel,
  estimator: MmdEstimator,
  [ofA, ofB]: readonly [Clusters, Clusters],
): Promise<Sums> {
  const pairs = estimator === "biased" ? "all" : "off-diagonal";
  const aa = await kernelSums(a, a, kernel, pairs, ofA, ofA);
  const bb = await kernelSums(b, b, kernel, pairs, ofB, ofB);
  const ab = await kernelSums(a, b, kernel, "all", ofA, ofB);
  const [n, m] = [a.count, b.count];
  const contributions: Sums["contributions"] = [
    Float64Array.from(aa.rows, (own, i) => (2 * (own - aa.mean - ab.rows[i]! + ab.mean)) / n),
    Float64Array.from(bb.rows, (own, i) => (2 * (own - bb.mean - ab.columns[i]! + ab.mean)) / m),
  ];
  const [u, v] = [totalsOf(contributions[0], numbered(ofA)), totalsOf(contributions[1], numbered(ofB))];
  return {
    value: aa.mean + bb.mean - 2 * ab.mean,
    above: pairs === "all" ? 0 : (aa.meanOfSelf - aa.mean) / n + (bb.meanOfSelf - bb.mean) / m,
    contributions,
    secondOrder:
      (2 * sumOfSquares(aa.rests)) / n ** 4 +
      (2 * sumOfSquares(bb.rests)) / m ** 4 +
      (4 * sumOfSquares(ab.rests)) / (n * m) ** 2,
    interaction:
      ab.rests.length === 0
        ? null
        : (2 * bilinear(u, aa.rests, u)) / n ** 2 +
          (2 * bilinear(v, bb.rests, v)) / m ** 2 -
          (4 * bilinear(u, ab.rests, v)) / (n * m),
  };
}

/**
 * The jackknife counts the variance of the second-order part twice (Efron & Stein, Annals of Statistics 1981); it is subtracted
 * once, but at most as much as it can contribute.
 */
function spreadOfSums(
  { contributions, secondOrder }: Sums,
  clusters: readonly [Clusters, Clusters],
): Spread | null {
  const spread = spreadOfContributions(
    contributions.map((values, side) => ({ values, clusters: clusters[side]! })),
  );
  return spread && { ...spread, variance: Math.max(spread.variance / 2, spread.variance - secondOrder) };
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

/** xᵀ M y for a row-major matrix M. */
function bilinear(x: Float64Array, matrix: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let g = 0; g < x.length; g++) {
    let row = 0;
    for (let h = 0; h < y.length; h++) row += matrix[g * y.length + h]! * y[h]!;
    sum += x[g]! * row;
  }
  return sum;
}

/**
 * The coefficient of `skewedInterval`. For the first-order part of the variance, it is that of a studentised U-statistic's
 * Edgeworth expansion (Helmers, Annals of Statistics 19, 1991): a third of the skewness of the clusters' totals, and half
 * of the effect of their second-order parts. For the second-order part, which dominates if the sets are nearly equal, the
 * expansion does not apply, and it is that of a squared length, whose root is symmetric.
 */
function skewnessOfSums(
  { value, above, contributions, secondOrder, interaction }: Sums,
  clusters: readonly [Clusters, Clusters],
  { variance }: Spread,
): number {
  const ofSquaredLength = value + above > 0 ? Math.sqrt(variance) / (4 * (value + above)) : 0;
  if (interaction === null) return ofSquaredLength;
  let squares = 0;
  let cubes = 0;
  for (const [side, values] of contributions.entries()) {
    for (const total of totalsOf(values, numbered(clusters[side]!))) {
      squares += total ** 2;
      cubes += total ** 3;
    }
  }
  if (squares === 0) return ofSquaredLength;
  const ofFirstOrder = Math.max(0, squares - 2 * secondOrder) / Math.max(squares - secondOrder, squares / 2);
  const expansion = (cubes / 3 + interaction / 2) / squares ** 1.5;
  return ofFirstOrder * expansion + (1 - ofFirstOrder) * ofSquaredLength;
}

/** Unbiased estimates over disjoint blocks of both sets, clusters kept together but at the blocks' ends. */
async function blockDiscrepancies(
  a: Features,
  b: Features,
  kernel: Kernel,
  random: Random,
  [ofA, ofB]: readonly [Clusters, Clusters],
): Promise<number[]> {
  const count = Math.floor(Math.min(a.count, b.count) / BLOCK);
  const [orderA, orderB] = [shuffledByCluster(ofA, random), shuffledByCluster(ofB, random)];
  const estimates: number[] = [];
  for (let block = 0; block < count; block++) {
    const [rowsA, rowsB] = [orderA, orderB].map((order) =>
      order.subarray(block * BLOCK, (block + 1) * BLOCK),
    );
    estimates.push(
      await squaredDiscrepancy(selectFeatures(a, rowsA!), selectFeatures(b, rowsB!), kernel, "unbiased"),
    );
  }
  return estimates;
}

function shuffledByCluster(clusters: Clusters, random: Random): Uint32Array {
  const { of, sizes } = numbered(clusters);
  const place = random.permutation(sizes.length);
  return Uint32Array.from(of.keys()).sort((x, y) => place[of[x]!]! - place[of[y]!]! || x - y);
}

function intervalFromBlocks(blocks: readonly number[]): { value: number; interval: Interval } {
  const value = blocks.reduce((sum, each) => sum + each, 0) / blocks.length;
  const squares = blocks.reduce((sum, each) => sum + (each - value) ** 2, 0);
  const degrees = blocks.length - 1;
  const variance = squares / degrees / blocks.length;
  return { value, interval: studentInterval(value, { variance, degrees }) };
}
