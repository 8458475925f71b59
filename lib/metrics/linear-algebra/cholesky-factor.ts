/** The triangle R with RᵀR = S of a symmetric positive definite matrix (Cholesky). */

/**
 * A pivot below this part of the largest diagonal value has lost too many digits for what comes of it to be exact.
 * At this bound the relative error of the smallest eigenvalues is 1e-5, which leaves 1e-7 in the sum of the roots.
 */
const LEAST_PIVOT = 1e-10;

/**
 * R, row-major [size, size], zero below the diagonal; null where the matrix is singular or nearly so. `matrix` (row-major,
 * symmetric) is used up.
 */
export function choleskyFactor(matrix: Float64Array, size: number): Float64Array | null {
  let largest = 0;
  for (let i = 0; i < size; i++) largest = Math.max(largest, matrix[i * size + i]!);
  for (let k = 0; k < size; k++) {
    const row = k * size;
    const pivot = matrix[row + k]!;
    if (!(pivot > LEAST_PIVOT * largest)) return null;
    const root = Math.sqrt(pivot);
    for (let j = k; j < size; j++) matrix[row + j]! /= root;
    // S - r rᵀ in the rows below; each is read and written along its length.
    for (let i = k + 1; i < size; i++) {
      const factor = matrix[row + i]!;
      if (factor === 0) continue;
      const at = i * size;
      for (let j = i; j < size; j++) matrix[at + j]! -= factor * matrix[row + j]!;
    }
    matrix.fill(0, row, row + k);
  }
  return matrix;
}
