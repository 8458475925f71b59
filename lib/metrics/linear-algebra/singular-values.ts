/** Singular values of a dense matrix, in float64 and plain TypeScript. */
import { bidiagonalSingularValues } from "./bidiagonal-singular-values";
import { bidiagonalise } from "./bidiagonalise";
import { triangularFactor } from "./triangular-factor";

/** Above this ratio of rows to columns reducing to a triangle first costs less (Chan 1982). */
const TALL = 5 / 3;

/**
 * The min(rows, columns) singular values of a row-major matrix, unordered and >= 0. Each is within a small multiple
 * of 2^-52 times the largest. `matrix` is used up.
 */
export function singularValues(matrix: Float64Array, rows: number, columns: number): Float64Array {
  if (rows < columns) return singularValues(transposed(matrix, rows, columns), columns, rows);
  if (columns === 0) return new Float64Array(0);
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i]!));
  if (largest === 0) return new Float64Array(columns);
  // A power of two changes no digit; it keeps the squares inside float64's range.
  const scale = 2 ** Math.floor(Math.log2(largest));
  for (let i = 0; i < matrix.length; i++) matrix[i]! /= scale;
  const tall = rows > TALL * columns;
  const core = tall ? triangularFactor(matrix, rows, columns) : matrix;
  const values = bidiagonalSingularValues(bidiagonalise(core, tall ? columns : rows, columns));
  return values.map((value) => value * scale);
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!;
  }
  return result;
}
