/** Squared maximum mean discrepancy between two feature sets for any kernel (Gretton et al., JMLR 2012). */
import type { Random } from "@/lib/numerics/random";
import { type Features, rowBlocks, selectFeatures, squaredNorms } from "../features/features";
import {
  type Clusters,
  type Interval,
  type Spread,
  singletons,
  spreadOfContributions,
  studentInterval,
} from "../intervals/intervals";
import { productWithTranspose } from "../linear-algebra/product";

/** A kernel as a function of x·y, x·x and y·y. */
export type Kernel = (xy: number, xx: number, yy: number) => number;

/**
 * `unbiased` leaves out the pairs of a vector with itself (needs two vectors a side) and may come out negative;
 * `biased` keeps them: never negative, but positive also between equal distributions.
 */
export type MmdEstimator = "biased" | "unbiased";

/** Above so many, unbiased estimates come from disjoint blocks, whose cost grows with N and not with its square. */
const LARGEST_ALL_PAIRS = 10_000;
const BLOCK = 1000;
/** Rows and columns of the kernel matrix that exist at a time. */
const ROWS_AT_A_TIME = 1000;
/** Up to so many clusters a set their products are kept, for the second-order part of the variance. */
const MOST_CLUSTERS = 2000;

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
 * means of the kernel, less what that counts twice where the sets are nearly alike; the bounds are symmetric in the root
 * of the biased estimate, which is a squared length, and moved down by what it has more than the estimate asked for. Above
 * `LARGEST_ALL_PAIRS` vectors an unbiased estimate is the mean of disjoint blocks of whole clusters in random order, and
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
  const { low, high } = studentInterval(sums.value + sums.above, spread, "root");
  return { value: sums.value, interval: { low: low - sums.above, high: high - sums.above }, pairs: "all" };
}

/**
 * What every vector adds to the discrepancy beyond its expectation, over n: 2 (mean of its kernels in its own set - mean of
 * those with the other set), less the mean of that.
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
  /** How far the biased estimate lies above. */
  readonly above: number;
  readonly contributions: [a: Float64Array, b: Float64Array];
  /** Variance of the second-order part; 0 where there are too many clusters to know it, and it is small. */
  readonly secondOrder: number;
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
  return {
    value: aa.mean + bb.mean - 2 * ab.mean,
    above: pairs === "all" ? 0 : (aa.meanOfSelf - aa.mean) / n + (bb.meanOfSelf - bb.mean) / m,
    contributions: [
      Float64Array.from(aa.rows, (own, i) => (2 * (own - aa.mean - ab.rows[i]! + ab.mean)) / n),
      Float64Array.from(bb.rows, (own, i) => (2 * (own - bb.mean - ab.columns[i]! + ab.mean)) / m),
    ],
    secondOrder:
      (2 * aa.squaredRest) / n ** 4 + (2 * bb.squaredRest) / m ** 4 + (4 * ab.squaredRest) / (n * m) ** 2,
  };
}

type KernelSums = {
  readonly mean: number;
  /** Of the vectors with themselves, where these are left out of the rest. */
  readonly meanOfSelf: number;
  /** Mean kernel of each x, and of each y. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  /** Σ over pairs of different clusters of the squared sum of their kernels, less row and column means. */
  readonly squaredRest: number;
};

async function kernelSums(
  x: Features,
  y: Features,
  kernel: Kernel,
  pairs: "all" | "off-diagonal",
  ofX: Clusters,
  ofY: Clusters,
): Promise<KernelSums> {
  const [xx, yy] = [squaredNorms(x), squaredNorms(y)];
  const [groupsX, groupsY] = [numbered(ofX), numbered(ofY)];
  const isKept = Math.max(groupsX.sizes.length, groupsY.sizes.length) <= MOST_CLUSTERS;
  const width = groupsY.sizes.length;
  const together = new Float64Array(isKept ? groupsX.sizes.length * width : 0);
  const rows = new Float64Array(x.count);
  const columns = new Float64Array(y.count);
  let ofSelf = 0;
  for (const { start, block: someRows } of rowBlocks(x, ROWS_AT_A_TIME)) {
    for (const { start: first, block: someColumns } of rowBlocks(y, ROWS_AT_A_TIME)) {
      const products = await productWithTranspose(
        someRows.values,
        someRows.count,
        someColumns.values,
        someColumns.count,
        x.dims,
      );
      for (let i = 0; i < someRows.count; i++) {
        const self = pairs === "off-diagonal" ? start + i - first : -1;
        const group = groupsX.of[start + i]! * width;
        let sum = 0;
        for (let j = 0; j < someColumns.count; j++) {
          const value = kernel(products[i * someColumns.count + j]!, xx[start + i]!, yy[first + j]!);
          if (j === self) {
            ofSelf += value;
            continue;
          }
          sum += value;
          columns[first + j]! += value;
          if (isKept) together[group + groupsY.of[first + j]!]! += value;
        }
        rows[start + i]! += sum;
      }
    }
  }
  const self = pairs === "off-diagonal" ? 1 : 0;
  const mean = rows.reduce((sum, row) => sum + row, 0) / (x.count * (y.count - self));
  for (let i = 0; i < x.count; i++) rows[i]! /= y.count - self;
  for (let j = 0; j < y.count; j++) columns[j]! /= x.count - self;
  const squaredRest = isKept
    ? sumOfSquaredRests(together, { mean, rows, columns }, groupsX, groupsY, x === y)
    : 0;
  return { mean, meanOfSelf: ofSelf / x.count, rows, columns, squaredRest };
}

type Groups = { readonly of: Int32Array; readonly sizes: readonly number[] };

/** Clusters numbered from 0 without gaps. */
function numbered(clusters: Clusters): Groups {
  const numbers = new Map<number, number>();
  const sizes: number[] = [];
  const of = clusters.map((cluster) => {
    const number = numbers.get(cluster) ?? numbers.size;
    numbers.set(cluster, number);
    sizes[number] = (sizes[number] ?? 0) + 1;
    return number;
  });
  return { of, sizes };
}

function sumOfSquaredRests(
  together: Float64Array,
  { mean, rows, columns }: Pick<KernelSums, "mean" | "rows" | "columns">,
  x: Groups,
  y: Groups,
  isOneSet: boolean,
): number {
  const totals = (values: Float64Array, groups: Groups) => {
    const sums = new Float64Array(groups.sizes.length);
    for (let i = 0; i < values.length; i++) sums[groups.of[i]!]! += values[i]! - mean;
    return sums;
  };
  const [ofRows, ofColumns] = [totals(rows, x), totals(columns, y)];
  let squares = 0;
  for (let g = 0; g < x.sizes.length; g++) {
    for (let h = 0; h < y.sizes.length; h++) {
      if (isOneSet && g === h) continue;
      const [many, others] = [x.sizes[g]!, y.sizes[h]!];
      const expected = many * others * mean + others * ofRows[g]! + many * ofColumns[h]!;
      squares += (together[g * y.sizes.length + h]! - expected) ** 2;
    }
  }
  return squares;
}

/**
 * The jackknife counts the variance of the second-order part twice (Efron & Stein, Annals of Statistics 1981); it is taken
 * off once, but not more than it can be of what was found.
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
