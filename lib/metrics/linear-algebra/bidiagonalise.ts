/** Householder reduction of a dense matrix to upper bidiagonal form (Golub & Kahan 1965). */
import { BLOCK_COLUMNS, enterReductionMemory, reflectionStep } from "./reflection-step";

/** The two diagonals of an upper bidiagonal matrix: `upper[i]` stands to the right of `main[i]`. */
export type Bidiagonal = { readonly main: Float64Array; readonly upper: Float64Array };

/**
 * The bidiagonal matrix with the same singular values as `matrix`.
 *
 * A step takes the reflections H = I - t v vᵀ from the left and G = I - s u uᵀ from the right:
 *
 *   H A G = A - v yᵀ - x uᵀ,   y = t Aᵀv,   x = s (A u - v yᵀu).
 *
 * The update waits for the next step, whose v needs one updated column only. Then one pass over the matrix applies the
 * update, gathers the new Aᵀv, and while a block of columns is at hand also its part of A u (Howell, Demmel, Fulton,
 * Hammarling & Marmol, "Cache efficient bidiagonalization using BLAS 2.5 operators", 2008). That u is row k as the
 * left reflection leaves it, which the right reflection's vector differs from in one place only.
 *
 * @param matrix row-major [rows, columns], rows >= columns, at most about 1 in magnitude
 */
export function bidiagonalise(matrix: Float64Array, rows: number, columns: number): Bidiagonal {
  const main = new Float64Array(columns);
  const upper = new Float64Array(Math.max(0, columns - 1));
  const memory = enterReductionMemory(matrix, rows, columns);
  const { x, y, u, sums, mask } = memory;
  for (let k = 0; k < columns; k++) {
    const turn = k % 2 === 0 ? 0 : 1;
    const [v, next] = [memory.left[turn], memory.left[1 - turn]!];
    // Column k as the pending update of step k - 1 will leave it, and the reflection that clears it below row k.
    const column = columnOf(memory.matrix, rows, k);
    const [yk, uk] = [y[k]!, u[k]!];
    for (let i = k; i < rows; i++) next[i] = column[i * BLOCK_COLUMNS]! - v[i]! * yk - x[i]! * uk;
    const left = makeReflection(next, k, rows);
    main[k] = left.beta;
    if (k + 1 >= columns) break;

    mask[k] = 0;
    reflectionStep(memory, { k, rows, turn, scale: left.scale });

    // Row k after the left reflection, and the reflection that clears it to the right of column k + 1.
    const right = makeReflection(u, k + 1, columns);
    upper[k] = right.beta;
    let yu = 0;
    for (let j = k + 1; j < columns; j++) yu += y[j]! * u[j]!;
    const changed = right.scale === 0 ? 0 : right.beta;
    const first = columnOf(memory.matrix, rows, k + 1);
    for (let i = k + 1; i < rows; i++) {
      const product = sums[2 * i]! + sums[2 * i + 1]! - changed * first[i * BLOCK_COLUMNS]!;
      x[i] = right.scale * (product - next[i]! * yu);
    }
  }
  return { main, upper };
}

/** Column `k`, whose values lie BLOCK_COLUMNS apart. */
function columnOf(matrix: Float64Array, rows: number, k: number): Float64Array {
  const within = k % BLOCK_COLUMNS;
  return matrix.subarray((k - within) * rows + within);
}

/**
 * Turns `vector[from..end)` into the v of a reflection I - scale v vᵀ that maps it to beta e1, beta of the sign that
 * avoids cancellation. A vector that is zero behind its first value needs none: scale is 0.
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
