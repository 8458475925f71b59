/** Where a matrix and the vectors of its reduction are: in the memory of the WebAssembly kernel, all of it float64. */
import { BLOCK_COLUMNS, type ReflectionKernel, reflectionKernel } from "./reflection-kernel";

const PAGE_BYTES = 65_536;

/** A cache line's, at which everything starts. */
const LINE_BYTES = 64;

export type ReductionMemory = {
  readonly rows: number;
  readonly columns: number;
  /** Block after block of BLOCK_COLUMNS columns, each row-major; the last block's missing columns are zeros. */
  readonly matrix: Float64Array;
  /** Two vectors over rows that alternate: of the next reflection from the left, and of the last. */
  readonly left: readonly [Float64Array, Float64Array];
  /** The first column of the next step, without the pending update. */
  readonly column: Float64Array;
  readonly x: Float64Array;
  /** Two partial sums a row. */
  readonly sums: Float64Array;
  readonly y: Float64Array;
  readonly u: Float64Array;
  /** 1 for columns of `u` that are wanted, 0 for others. */
  readonly mask: Float64Array;
  readonly kernel: ReflectionKernel;
};

/** Grows with the matrices. */
const memory = new WebAssembly.Memory({ initial: 1 });
const kernel = reflectionKernel(memory);

/**
 * Lays a matrix out, with no update pending, and its first column as the first that `left` holds. What an earlier call
 * returned can no longer be used.
 *
 * @param values row-major [rows, columns]
 */
export function enterMatrix(values: Float64Array, rows: number, columns: number): ReductionMemory {
  const width = Math.ceil(columns / BLOCK_COLUMNS) * BLOCK_COLUMNS;
  const lengths = [rows * width, rows, rows, rows, rows, 2 * rows, width, width, width];
  const bytesOf = (length: number) => LINE_BYTES * Math.ceil((8 * length) / LINE_BYTES);
  const missing = lengths.reduce((sum, length) => sum + bytesOf(length), 0) - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  let end = 0;
  const views = lengths.map((length) => {
    const view = new Float64Array(memory.buffer, end, length);
    end += bytesOf(length);
    return view;
  });
  const [matrix, next, last, column, x, sums, y, u, mask] = views as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  for (let first = 0; first < columns; first += BLOCK_COLUMNS) {
    const filled = Math.min(BLOCK_COLUMNS, columns - first);
    for (let i = 0; i < rows; i++) {
      const at = first * rows + i * BLOCK_COLUMNS;
      for (let j = 0; j < filled; j++) matrix[at + j] = values[i * columns + first + j]!;
      for (let j = filled; j < BLOCK_COLUMNS; j++) matrix[at + j] = 0;
    }
  }
  for (let i = 0; i < rows; i++) next[i] = values[i * columns]!;
  for (const vector of [last, x, y, u]) vector.fill(0);
  mask.fill(1, 0, columns).fill(0, columns);
  return { rows, columns, matrix, left: [next, last], column, x, sums, y, u, mask, kernel };
}
