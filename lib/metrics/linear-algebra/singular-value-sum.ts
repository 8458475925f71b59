/** The sum of the singular values of a dense matrix, in float64. */
import { SemblanceError } from "../../errors";
import { bidiagonalNuclearNorm } from "./bidiagonal-nuclear-norm";
import { type Bidiagonal, bidiagonalise } from "./bidiagonalise";
import { triangularFactor } from "./triangular-factor";

/** Above this ratio of rows to columns reducing to a triangle first costs less (Chan 1982). */
const TALL = 5 / 3;

/**
 * Within a small multiple of 2^-52 of the sum. `matrix` is used up.
 *
 * @param matrix row-major [rows, columns], finite
 * @param reduce brings a matrix of the shape that `shapeToReduce` says to bidiagonal form
 * @throws SemblanceError `internal` for values that are not finite
 */
export function singularValueSum(
  matrix: Float64Array,
  rows: number,
  columns: number,
  reduce: (matrix: Float64Array, rows: number, columns: number) => Bidiagonal = bidiagonalise,
): number {
  if (rows < columns) return singularValueSum(transposed(matrix, rows, columns), columns, rows, reduce);
  let largest = 0;
  for (let i = 0; i < matrix.length; i++) largest = Math.max(largest, Math.abs(matrix[i]!));
  if (largest === 0) return 0;
  if (!Number.isFinite(largest)) {
    throw new SemblanceError("internal", "The product of the features holds a value that is not finite.");
  }
  // A power of two changes no digit; it keeps the squares inside float64's range.
  const scale = 2 ** Math.floor(Math.log2(largest));
  for (let i = 0; i < matrix.length; i++) matrix[i]! /= scale;
  const shape = shapeToReduce(rows, columns);
  const core = shape[0] < rows ? triangularFactor(matrix, rows, columns) : matrix;
  return scale * bidiagonalNuclearNorm(reduce(core, ...shape));
}

/** The shape of what is brought to bidiagonal form for a matrix of `rows` × `columns`. */
export function shapeToReduce(rows: number, columns: number): [rows: number, columns: number] {
  const [longer, shorter] = [Math.max(rows, columns), Math.min(rows, columns)];
  return [longer > TALL * shorter ? shorter : longer, shorter];
}

function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j]!;
  }
  return result;
}
