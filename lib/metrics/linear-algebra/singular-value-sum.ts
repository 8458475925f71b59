/** The sum of the singular values of a dense matrix, in float64. */
import { SemblanceError } from "@/lib/errors";
import { bidiagonalNuclearNorm } from "./bidiagonal-nuclear-norm";
import { bidiagonalise } from "./bidiagonalise";
import { transpose } from "./transpose";
import { triangularFactor } from "./triangular-factor";

/** Above this ratio of rows to columns reducing to a triangle first costs less (Chan 1982). */
const TALL = 5 / 3;

/**
 * Accurate to a small multiple of 2^-52 of the sum. `matrix` is overwritten.
 *
 * @param matrix row-major [rows, columns], finite
 * @throws SemblanceError `internal` for values that are not finite
 */
export function singularValueSum(matrix: Float64Array, rows: number, columns: number): number {
  if (rows < columns) return singularValueSum(transpose(matrix, rows, columns), columns, rows);
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i]!));
  if (largest === 0) return 0;
  if (!Number.isFinite(largest)) {
    throw new SemblanceError("internal", "The product of the features holds a value that is not finite.");
  }
  // A power of two changes no digit; it keeps the squares inside float64's range.
  const scale = 2 ** Math.floor(Math.log2(largest));
  for (let i = 0; i < matrix.length; i++) matrix[i]! /= scale;
  const bidiagonal =
    rows > TALL * columns
      ? bidiagonalise(triangularFactor(matrix, rows, columns), columns, columns)
      : bidiagonalise(matrix, rows, columns);
  return scale * bidiagonalNuclearNorm(bidiagonal);
}
