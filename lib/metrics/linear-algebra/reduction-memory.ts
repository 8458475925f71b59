/** Where a matrix and the vectors of its reduction lie, in memory that threads share. */

import { BLOCK_COLUMNS, type ReflectionKernel, reflectionKernel } from "./reflection-kernel";
import { MOST_PAGES } from "./wasm-assembler";

const PAGE_BYTES = 65_536;

/** A cache line's, at which everything starts. */
const LINE_BYTES = 64;

/**
 * The blocks of a large matrix are dealt out to so many parts in turn, each with sums of its own. So threads can share
 * the parts in any way, and all digits stay the same. More parts cost more to add up than further threads save.
 */
const MOST_PARTS = 4;
/** From so many multiplications on, 585 × 585, a second thread saves a third of the time. */
const WORTH_PARTS = 2e8;

/** Into how many parts the steps of a matrix of this size fall. */
export function partsOf(rows: number, columns: number): number {
  return rows * columns * columns < WORTH_PARTS ? 1 : MOST_PARTS;
}

/** What lies in the memory, all of it float64. */
type Arrangement<Values> = {
  readonly rows: number;
  readonly columns: number;
  /** Block after block of BLOCK_COLUMNS columns, each row-major; the last block's missing columns are zeros. */
  readonly matrix: Values;
  /** Two vectors over rows that take turns: of the next reflection from the left, and of the last. */
  readonly left: readonly [Values, Values];
  /** The first column that takes part in the next step, without the pending update. */
  readonly column: Values;
  /** The next reflection's scale: one value. */
  readonly scale: Values;
  readonly x: Values;
  /** For every part two partial sums a row. */
  readonly sums: readonly Values[];
  readonly y: Values;
  readonly u: Values;
  /** 1 for columns of `u` that are wanted, 0 for others. */
  readonly mask: Values;
};

/** One thread's view of the memory. */
export type ReductionMemory = Arrangement<Float64Array> & {
  /** By these words, the first of the memory, the threads agree on who does what: see reduction-team.ts. */
  readonly control: Int32Array;
  readonly kernel: ReflectionKernel;
};

/** Places in `control`, each in a cache line of its own. */
export const STEP = 0;
export const DONE = 16;
export const SLEEPERS = 32;
export const claimOf = (part: number) => 16 * (3 + part);
const CONTROL_WORDS = claimOf(MOST_PARTS);

/** A page of memory that other threads can be sent; it grows with the matrices that it is prepared for. */
export function createReductionMemory(): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 1, maximum: MOST_PAGES, shared: true });
}

/** Grows the memory to what a matrix of this size needs, and clears `control`. No thread may be using it. */
export function prepareReductionMemory(memory: WebAssembly.Memory, rows: number, columns: number): void {
  let bytes = 0;
  arrange(rows, columns, (from, length) => {
    bytes = from + 8 * length;
  });
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
  controlOf(memory).fill(0);
}

export function controlOf(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, 0, CONTROL_WORDS);
}

/** @param memory prepared for this size */
export function viewReduction(memory: WebAssembly.Memory, rows: number, columns: number): ReductionMemory {
  const { matrix, left, column, scale, x, sums, y, u, mask } = arrange(
    rows,
    columns,
    (from, length) => new Float64Array(memory.buffer, from, length),
  );
  const [control, kernel] = [controlOf(memory), reflectionKernel(memory)];
  // Not by spreading: V8 gives every such object a shape of its own, and compiles what uses it anew each time.
  return { rows, columns, matrix, left, column, scale, x, sums, y, u, mask, control, kernel };
}

function arrange<Values>(
  rows: number,
  columns: number,
  view: (fromByte: number, length: number) => Values,
): Arrangement<Values> {
  const width = Math.ceil(columns / BLOCK_COLUMNS) * BLOCK_COLUMNS;
  let end = 4 * CONTROL_WORDS;
  const place = (length: number) => {
    const from = end;
    end += LINE_BYTES * Math.ceil((8 * length) / LINE_BYTES);
    return view(from, length);
  };
  return {
    rows,
    columns,
    matrix: place(rows * width),
    left: [place(rows), place(rows)],
    column: place(rows),
    scale: place(1),
    x: place(rows),
    sums: Array.from({ length: partsOf(rows, columns) }, () => place(2 * rows)),
    y: place(width),
    u: place(width),
    mask: place(width),
  };
}

/** Lays the matrix (row-major) out, with no update pending, and its first column as the first that `left` holds. */
export function enterMatrix(memory: ReductionMemory, values: Float64Array): void {
  const { rows, columns, matrix, left, x, y, u, mask } = memory;
  for (let first = 0; first < columns; first += BLOCK_COLUMNS) {
    const filled = Math.min(BLOCK_COLUMNS, columns - first);
    for (let i = 0; i < rows; i++) {
      const at = first * rows + i * BLOCK_COLUMNS;
      for (let j = 0; j < filled; j++) matrix[at + j] = values[i * columns + first + j]!;
      for (let j = filled; j < BLOCK_COLUMNS; j++) matrix[at + j] = 0;
    }
  }
  for (let i = 0; i < rows; i++) left[0][i] = values[i * columns]!;
  for (const vector of [left[1], x, y, u]) vector.fill(0);
  mask.fill(1, 0, columns).fill(0, columns);
}
