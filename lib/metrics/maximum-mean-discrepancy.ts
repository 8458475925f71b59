/** Squared maximum mean discrepancy between two feature sets for any kernel (Gretton et al., JMLR 2012). */
import type { Features } from "./features";
import { productWithTranspose } from "./linear-algebra/product";

/** A kernel as a function of x·y, x·x and y·y. */
export type Kernel = (xy: number, xx: number, yy: number) => number;

/** The kernel between all pairs: `aa` is [n1, n1], `bb` [n2, n2], `ab` [n1, n2], row-major. */
export type KernelMatrices = {
  readonly counts: readonly [number, number];
  readonly aa: Float64Array;
  readonly bb: Float64Array;
  readonly ab: Float64Array;
};

/** Evaluates the kernel for all pairs within and between the sets, products summed in float64. */
export async function kernelMatrices(a: Features, b: Features, kernel: Kernel): Promise<KernelMatrices> {
  const aa = await productWithTranspose(a.values, a.count, a.values, a.count, a.dims);
  const bb = await productWithTranspose(b.values, b.count, b.values, b.count, b.dims);
  const ab = await productWithTranspose(a.values, a.count, b.values, b.count, a.dims);
  const squaresA = Float64Array.from({ length: a.count }, (_, i) => aa[i * a.count + i]!);
  const squaresB = Float64Array.from({ length: b.count }, (_, i) => bb[i * b.count + i]!);
  applyKernel(aa, squaresA, squaresA, kernel);
  applyKernel(bb, squaresB, squaresB, kernel);
  applyKernel(ab, squaresA, squaresB, kernel);
  return { counts: [a.count, b.count], aa, bb, ab };
}

function applyKernel(
  products: Float64Array,
  rows: Float64Array,
  columns: Float64Array,
  kernel: Kernel,
): void {
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      const at = i * columns.length + j;
      products[at] = kernel(products[at]!, rows[i]!, columns[j]!);
    }
  }
}

/**
 * mean k(a, a') + mean k(b, b') - 2 mean k(a, b).
 *
 * Unbiased, the first two means leave out the pairs of a vector with itself (needs two vectors a side) and the result
 * may be negative; biased, they keep them, and the result is >= 0 but positive also between equal distributions.
 *
 * @param rows restricts each side to some of its vectors
 */
export function squaredMeanDiscrepancy(
  { counts, aa, bb, ab }: KernelMatrices,
  { biased, rows }: { biased: boolean; rows?: readonly [Uint32Array, Uint32Array] },
): number {
  const [rowsA, rowsB] = rows ?? [ascending(counts[0]), ascending(counts[1])];
  return (
    meanWithin(aa, counts[0], rowsA, biased) +
    meanWithin(bb, counts[1], rowsB, biased) -
    2 * meanBetween(ab, counts[1], rowsA, rowsB)
  );
}

function meanWithin(matrix: Float64Array, stride: number, rows: Uint32Array, withDiagonal: boolean): number {
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

function ascending(count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, i) => i);
}
