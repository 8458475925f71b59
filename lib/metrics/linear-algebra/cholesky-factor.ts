/** A factor F with FᵀF = S of a symmetric positive semidefinite matrix: Cholesky with pivoting. */

export type CholeskyFactor = {
  /** Row-major [rows, size]; rows is the rank that was found. */
  readonly factor: Float64Array;
  readonly rows: number;
  /** The last pivot over the first: the relative precision of the weakest direction. 0 for a singular S. */
  readonly leastPivot: number;
};

/**
 * The largest pivots come first, and those below 2^-52 of the first are rounding errors and left out (Higham, "Analysis of
 * the Cholesky decomposition of a semi-definite matrix", 1990).
 *
 * @param matrix row-major [size, size], symmetric; only its upper triangle is read, and it is overwritten
 */
export function choleskyFactor(matrix: Float64Array, size: number): CholeskyFactor {
  const order = Uint32Array.from({ length: size }, (_, i) => i);
  let first = 0;
  let pivot = 0;
  let rows = 0;
  for (; rows < size; rows++) {
    const largest = findLargestPivot(matrix, size, rows);
    const candidate = matrix[largest * size + largest]!;
    if (rows === 0) first = candidate;
    if (!(candidate > Number.EPSILON * size * first)) break;
    pivot = candidate;
    if (largest !== rows) {
      swapSymmetric(matrix, size, rows, largest);
      [order[rows], order[largest]] = [order[largest]!, order[rows]!];
    }
    eliminate(matrix, size, rows);
  }
  const factor = new Float64Array(rows * size);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < size; j++) factor[i * size + order[j]!] = matrix[i * size + j]!;
  }
  return { factor, rows, leastPivot: rows < size ? 0 : pivot / first };
}

function findLargestPivot(matrix: Float64Array, size: number, from: number): number {
  let largest = from;
  for (let i = from + 1; i < size; i++) {
    if (matrix[i * size + i]! > matrix[largest * size + largest]!) largest = i;
  }
  return largest;
}

/** Exchanges index k with p > k in the upper triangle, the finished rows above included. */
function swapSymmetric(matrix: Float64Array, size: number, k: number, p: number): void {
  const swap = (a: number, b: number) => {
    const kept = matrix[a]!;
    matrix[a] = matrix[b]!;
    matrix[b] = kept;
  };
  for (let i = 0; i < k; i++) swap(i * size + k, i * size + p);
  swap(k * size + k, p * size + p);
  for (let i = k + 1; i < p; i++) swap(k * size + i, i * size + p);
  for (let j = p + 1; j < size; j++) swap(k * size + j, p * size + j);
}

/** Row k divided by the root of its pivot, and S - r rᵀ in the rows below. */
function eliminate(matrix: Float64Array, size: number, k: number): void {
  const row = k * size;
  const root = Math.sqrt(matrix[row + k]!);
  for (let j = k; j < size; j++) matrix[row + j]! /= root;
  for (let i = k + 1; i < size; i++) {
    const factor = matrix[row + i]!;
    if (factor === 0) continue;
    const at = i * size;
    for (let j = i; j < size; j++) matrix[at + j]! -= factor * matrix[row + j]!;
  }
}
