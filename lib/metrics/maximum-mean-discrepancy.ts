/** Squared maximum mean discrepancy between two feature sets for any kernel (Gretton et al., JMLR 2012). */
import type { Random } from "@/lib/engine/random";
import { type Features, rowBlocks, selectFeatures, squaredNorms } from "./features";
import { halfSample, type Interval } from "./intervals";
import { productWithTranspose } from "./linear-algebra/product";
import { studentQuantile975 } from "./student-quantile";

/** A kernel as a function of x·y, x·x and y·y. */
export type Kernel = (xy: number, xx: number, yy: number) => number;

/**
 * `unbiased` leaves out the pairs of a vector with itself (needs two vectors a side) and may come out negative;
 * `biased` keeps them: never negative, but positive also between equal distributions.
 */
export type MmdEstimator = "biased" | "unbiased";

/** Up to so many vectors a side the kernel of all pairs is kept, so that resampling need not compute it again. */
const LARGEST_KEPT = 2000;
/** Above so many, unbiased estimates come from disjoint blocks, whose cost grows with N and not with its square. */
const LARGEST_ALL_PAIRS = 10_000;
const BLOCK = 1000;
/** Rows of the kernel matrix that exist at a time when it is not kept. */
const ROWS_AT_A_TIME = 1000;

/** mean k(a, a') + mean k(b, b') - 2 mean k(a, b) over all pairs, products summed in float64. */
export async function squaredDiscrepancy(
  a: Features,
  b: Features,
  kernel: Kernel,
  estimator: MmdEstimator,
): Promise<number> {
  const diagonal = estimator === "biased";
  return (
    (await meanKernel(a, a, kernel, diagonal ? "all" : "off-diagonal")) +
    (await meanKernel(b, b, kernel, diagonal ? "all" : "off-diagonal")) -
    2 * (await meanKernel(a, b, kernel, "all"))
  );
}

/**
 * The same with its 95% interval: from half-sampling, or for large sets from the spread of disjoint blocks in random
 * order (the B-test; Zaremba, Gretton & Blaschko 2013). `pairs` tells whether the value is over all pairs or the mean
 * of such blocks, which above `LARGEST_ALL_PAIRS` vectors is taken instead of an unbiased estimate over all.
 */
export async function squaredDiscrepancyWithInterval(
  a: Features,
  b: Features,
  kernel: Kernel,
  estimator: MmdEstimator,
  random: Random,
): Promise<{ value: number; interval: Interval | null; pairs: "all" | "blocks" }> {
  if (Math.max(a.count, b.count) <= LARGEST_KEPT) {
    const matrices = await keepKernels(a, b, kernel);
    const value = discrepancyOfRows(matrices, estimator, ascending(a.count), ascending(b.count));
    const halves = await halfSample(
      value,
      [a.count, b.count],
      (rowsA, rowsB) => discrepancyOfRows(matrices, estimator, rowsA, rowsB),
      random,
      { minimum: 2, replicates: 400, largest: BLOCK },
    );
    return { value, interval: halves?.interval ?? null, pairs: "all" };
  }
  const blocks = await blockDiscrepancies(a, b, kernel, random);
  const overBlocks =
    estimator === "unbiased" && Math.max(a.count, b.count) > LARGEST_ALL_PAIRS && blocks.length > 1;
  const value = overBlocks ? meanOf(blocks) : await squaredDiscrepancy(a, b, kernel, estimator);
  return { value, interval: intervalFromBlocks(value, blocks), pairs: overBlocks ? "blocks" : "all" };
}

async function meanKernel(
  x: Features,
  y: Features,
  kernel: Kernel,
  pairs: "all" | "off-diagonal",
): Promise<number> {
  const [xx, yy] = [squaredNorms(x), squaredNorms(y)];
  let sum = 0;
  for (const { start, block: rows } of rowBlocks(x, ROWS_AT_A_TIME)) {
    for (const { start: first, block: columns } of rowBlocks(y, ROWS_AT_A_TIME)) {
      const products = await productWithTranspose(
        rows.values,
        rows.count,
        columns.values,
        columns.count,
        x.dims,
      );
      for (let i = 0; i < rows.count; i++) {
        const self = pairs === "off-diagonal" ? start + i - first : -1;
        for (let j = 0; j < columns.count; j++) {
          if (j !== self) sum += kernel(products[i * columns.count + j]!, xx[start + i]!, yy[first + j]!);
        }
      }
    }
  }
  return sum / (x.count * (pairs === "off-diagonal" ? y.count - 1 : y.count));
}

/** The kernel between all pairs: `aa` is [n1, n1], `bb` [n2, n2], `ab` [n1, n2], row-major. */
type KernelMatrices = {
  readonly counts: readonly [number, number];
  readonly aa: Float64Array;
  readonly bb: Float64Array;
  readonly ab: Float64Array;
};

async function keepKernels(a: Features, b: Features, kernel: Kernel): Promise<KernelMatrices> {
  const matrixOf = async (x: Features, y: Features) => {
    const matrix = await productWithTranspose(x.values, x.count, y.values, y.count, x.dims);
    const [xx, yy] = [squaredNorms(x), squaredNorms(y)];
    for (let i = 0; i < x.count; i++) {
      for (let j = 0; j < y.count; j++) {
        matrix[i * y.count + j] = kernel(matrix[i * y.count + j]!, xx[i]!, yy[j]!);
      }
    }
    return matrix;
  };
  return {
    counts: [a.count, b.count],
    aa: await matrixOf(a, a),
    bb: await matrixOf(b, b),
    ab: await matrixOf(a, b),
  };
}

function discrepancyOfRows(
  { counts, aa, bb, ab }: KernelMatrices,
  estimator: MmdEstimator,
  rowsA: Uint32Array,
  rowsB: Uint32Array,
): number {
  return (
    meanWithin(aa, counts[0], rowsA, estimator) +
    meanWithin(bb, counts[1], rowsB, estimator) -
    2 * meanBetween(ab, counts[1], rowsA, rowsB)
  );
}

function meanWithin(
  matrix: Float64Array,
  stride: number,
  rows: Uint32Array,
  estimator: MmdEstimator,
): number {
  const withDiagonal = estimator === "biased";
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i]! * stride;
    for (let j = 0; j < rows.length; j++) {
      if (withDiagonal || i !== j) sum += matrix[at + rows[j]!]!;
    }
  }
  return sum / (rows.length * (withDiagonal ? rows.length : rows.length - 1));
}

function meanBetween(matrix: Float64Array, stride: number, rowsA: Uint32Array, rowsB: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < rowsA.length; i++) {
    const at = rowsA[i]! * stride;
    for (let j = 0; j < rowsB.length; j++) sum += matrix[at + rowsB[j]!]!;
  }
  return sum / (rowsA.length * rowsB.length);
}

/** Unbiased estimates over disjoint blocks of both sets. */
async function blockDiscrepancies(
  a: Features,
  b: Features,
  kernel: Kernel,
  random: Random,
): Promise<number[]> {
  const count = Math.floor(Math.min(a.count, b.count) / BLOCK);
  const [orderA, orderB] = [random.permutation(a.count), random.permutation(b.count)];
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

function intervalFromBlocks(value: number, blocks: readonly number[]): Interval | null {
  if (blocks.length < 2) return null;
  const mean = meanOf(blocks);
  const variance = blocks.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (blocks.length - 1);
  const halfWidth = studentQuantile975(blocks.length - 1) * Math.sqrt(variance / blocks.length);
  return { low: value - halfWidth, high: value + halfWidth };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ascending(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
