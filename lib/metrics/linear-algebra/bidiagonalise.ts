/** Householder reduction of a dense matrix to upper bidiagonal form (Golub & Kahan 1965). */
import { enterMatrix, type ReductionMemory } from "./reduction-memory";
import { BLOCK_COLUMNS, ROW_BYTES } from "./reflection-kernel";

/** The two diagonals of an upper bidiagonal matrix: `upper[i]` is to the right of `main[i]`. */
export type Bidiagonal = { readonly main: Float64Array; readonly upper: Float64Array };

/**
 * The bidiagonal matrix with the same singular values as `values`.
 *
 * A step takes the reflections H = I - t v vᵀ from the left and G = I - s u uᵀ from the right:
 *
 *   H A G = A - v yᵀ - x uᵀ,   y = t Aᵀv,   x = s (A u - v yᵀu).
 *
 * The update waits for the next step, whose v needs one updated column only. Then one pass over the matrix applies the
 * update, gathers the new Aᵀv, and while a block of columns is at hand also its part of A u (Howell, Demmel, Fulton,
 * Hammarling & Marmol, "Cache efficient bidiagonalization using BLAS 2.5 operators", 2008). That u is row k as the
 * left reflection leaves it, which differs from the right reflection's vector in one place only.
 *
 * @param values row-major [rows, columns], rows >= columns, at most about 1 in magnitude
 */
export function bidiagonalise(values: Float64Array, rows: number, columns: number): Bidiagonal {
  const main = new Float64Array(columns);
  const upper = new Float64Array(Math.max(0, columns - 1));
  const memory = enterMatrix(values, rows, columns);
  const { u, mask } = memory;
  for (let k = 0; k < columns; k++) {
    // Column k with all updates, and the reflection that clears it below row k.
    const left = makeReflection(memory.left[k % 2]!, k, rows);
    main[k] = left.beta;
    if (k + 1 >= columns) break;

    mask[k] = 0;
    passOverMatrix(memory, k, left.scale);

    // Row k after the left reflection, and the reflection that clears it to the right of column k + 1.
    const right = makeReflection(u, k + 1, columns);
    upper[k] = right.beta;
    prepareUpdate(memory, k, right);
  }
  return { main, upper };
}

/** The kernel's step `k`, on rows from `k` and columns from `k + 1` on. `left[k % 2]` is next, the other one v. */
function passOverMatrix(memory: ReductionMemory, k: number, scale: number): void {
  memory.sums.fill(0, 2 * k);
  const lead = Math.floor((k + 1) / BLOCK_COLUMNS);
  passOverBlocks(memory, k, scale, lead + 1, memory.y.length / BLOCK_COLUMNS);
  passOverBlocks(memory, k, scale, lead, lead + 1);
  copyColumn(memory, k + 1);
}

/** Blocks `first` up to `end`, in alternating directions, so that each step begins with what the last one left in the cache. */
function passOverBlocks(memory: ReductionMemory, k: number, scale: number, first: number, end: number): void {
  if (first >= end) return;
  const { rows, matrix, left, x, y, u, mask, sums, kernel } = memory;
  const isForward = k % 2 === 0;
  const [next, v] = isForward ? left : [left[1], left[0]];
  const [block, step] = isForward ? [first, 1] : [end - 1, -1];
  kernel(
    matrix.byteOffset + (block * rows + k) * ROW_BYTES,
    step * rows * ROW_BYTES,
    step * ROW_BYTES,
    v.byteOffset + 8 * k,
    v.byteOffset + 8 * rows,
    x.byteOffset + 8 * k,
    next.byteOffset + 8 * k,
    sums.byteOffset + 16 * k,
    y.byteOffset + block * ROW_BYTES,
    y.byteOffset + (block + (end - first) * step) * ROW_BYTES,
    u.byteOffset + block * ROW_BYTES,
    mask.byteOffset + block * ROW_BYTES,
    scale,
    next[k]!,
  );
}

/** While its block is in the cache. */
function copyColumn({ rows, matrix, column }: ReductionMemory, index: number): void {
  const within = index % BLOCK_COLUMNS;
  const block = (index - within) * rows + within;
  for (let i = index; i < rows; i++) column[i] = matrix[block + i * BLOCK_COLUMNS]!;
}

/** x of the update that is pending after step `k`, and column k + 1 as that update will leave it. */
function prepareUpdate(memory: ReductionMemory, k: number, right: { beta: number; scale: number }): void {
  const { rows, columns, column, x, y, u, sums } = memory;
  const v = memory.left[k % 2]!;
  const next = memory.left[(k + 1) % 2]!;
  let yu = 0;
  for (let j = k + 1; j < columns; j++) yu += y[j]! * u[j]!;
  const changed = right.scale === 0 ? 0 : right.beta;
  const [yOfColumn, uOfColumn] = [y[k + 1]!, u[k + 1]!];
  for (let i = k + 1; i < rows; i++) {
    const product = sums[2 * i]! + sums[2 * i + 1]! - changed * column[i]!;
    x[i] = right.scale * (product - v[i]! * yu);
    next[i] = column[i]! - v[i]! * yOfColumn - x[i]! * uOfColumn;
  }
}

/**
 * Turns `vector[from..end)` into the v of a reflection I - scale v vᵀ that maps it to beta e1, beta of the sign that
 * avoids cancellation. A vector that is zero after its first value needs none: scale is 0.
 */
function makeReflection(vector: Float64Array, from: number, end: number): { beta: number; scale: number } {
  let tail = 0;
  for (let i = from + 1; i < end; i++) tail += vector[i]! * vector[i]!;
  const head = vector[from]!;
  if (tail === 0) return { beta: head, scale: 0 };
  const norm = Math.sqrt(head * head + tail);
  const beta = head > 0 ? -norm : norm;
  vector[from] = head - beta;
  // |v|² = tail + (head - beta)² = 2 beta (beta - head)
  return { beta, scale: 1 / (beta * (beta - head)) };
}
