/** Each row's and each column's share of a matrix's nuclear norm. */
import { productWithTranspose } from "./product";
import { transpose } from "./transpose";

export type SingularValueShares = { readonly rows: Float64Array; readonly columns: Float64Array };

/** Singular values below 1.5^-18 of the largest, about 1/1500, do not converge fully; only part of these is lost. */
const STEPS = 18;

/**
 * The diagonals of (M Mᵀ)^½ and (Mᵀ M)^½; each sums to the nuclear norm. With M = P H, P orthogonal on M's range, they
 * are the row and column sums of P ∘ M. P is by Newton and Schulz's iteration P ← 1.5 P - 0.5 P Pᵀ P (Higham, Functions
 * of Matrices, 2008, 8.3), which needs products alone; to about 0.1% of the norm, enough for an interval's width.
 *
 * @param matrix row-major [rows, columns], finite
 */
export async function singularValueShares(
  matrix: Float64Array,
  rows: number,
  columns: number,
): Promise<SingularValueShares> {
  if (rows > columns) {
    const turned = await singularValueShares(transpose(matrix, rows, columns), columns, rows);
    return { rows: turned.columns, columns: turned.rows };
  }
  const shares = { rows: new Float64Array(rows), columns: new Float64Array(columns) };
  let largest = 0;
  for (const value of matrix) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return shares;
  // Near 1 its squares and their squares stay inside float64.
  let factor = matrix.map((value) => value / largest);
  const norm =
    largestEigenvalue(await productWithTranspose(factor, rows, factor, rows, columns), rows) ** 0.5;
  factor = factor.map((value) => value / norm);
  for (let step = 0; step < STEPS; step++) {
    const square = await productWithTranspose(factor, rows, factor, rows, columns);
    const turned = transpose(factor, rows, columns);
    const cube = await productWithTranspose(square, rows, turned, columns, rows);
    factor = factor.map((value, at) => 1.5 * value - 0.5 * cube[at]!);
  }
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const share = factor[at]! * matrix[at]!;
      shares.rows[i]! += share;
      shares.columns[j]! += share;
    }
  }
  return shares;
}

/** By power iteration, not more than 1% low: the iteration above bears √3. @param gram symmetric, [size, size] */
function largestEigenvalue(gram: Float64Array, size: number): number {
  let vector = Float64Array.from({ length: size }, (_, i) => gram[i * size + i]!);
  let eigenvalue = 0;
  for (let step = 0; step < 30; step++) {
    const norm = Math.hypot(...vector);
    if (norm === 0) return 0;
    const next = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) next[i]! += (gram[i * size + j]! * vector[j]!) / norm;
    }
    eigenvalue = Math.hypot(...next);
    vector = next;
  }
  return eigenvalue;
}
