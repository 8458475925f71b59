/** Householder reduction of a dense matrix to upper bidiagonal form (Golub & Kahan 1965). */
import {
  createReductionMemory,
  enterMatrix,
  prepareReductionMemory,
  type ReductionMemory,
  viewReduction,
} from "./reduction-memory";
import { type StepRunner, soleRunner } from "./reduction-team";

/** The two diagonals of an upper bidiagonal matrix: `upper[i]` stands to the right of `main[i]`. */
export type Bidiagonal = { readonly main: Float64Array; readonly upper: Float64Array };

const ownMemory = createReductionMemory();

/**
 * The bidiagonal matrix with the same singular values as `matrix`, computed by this thread alone.
 *
 * @param matrix row-major [rows, columns], rows >= columns, at most about 1 in magnitude
 */
export function bidiagonalise(matrix: Float64Array, rows: number, columns: number): Bidiagonal {
  prepareReductionMemory(ownMemory, rows, columns);
  const memory = viewReduction(ownMemory, rows, columns);
  return reduceToBidiagonal(memory, matrix, soleRunner(memory));
}

/**
 * The same in given memory, alone or with others.
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
 * @param runStep does a step of reflection-step.ts in all parts
 */
export function reduceToBidiagonal(
  memory: ReductionMemory,
  values: Float64Array,
  runStep: StepRunner,
): Bidiagonal {
  const { rows, columns, scale, u, mask } = memory;
  const main = new Float64Array(columns);
  const upper = new Float64Array(Math.max(0, columns - 1));
  enterMatrix(memory, values);
  for (let k = 0; k < columns; k++) {
    // Column k with all updates, and the reflection that clears it below row k.
    const left = makeReflection(memory.left[k % 2]!, k, rows);
    main[k] = left.beta;
    if (k + 1 >= columns) break;

    mask[k] = 0;
    scale[0] = left.scale;
    runStep(k);

    // Row k after the left reflection, and the reflection that clears it to the right of column k + 1.
    const right = makeReflection(u, k + 1, columns);
    upper[k] = right.beta;
    prepareUpdate(memory, k, right);
  }
  return { main, upper };
}

/** x of the update that is pending after step `k`, and column k + 1 as that update will leave it. */
function prepareUpdate(memory: ReductionMemory, k: number, right: { beta: number; scale: number }): void {
  const { rows, columns, column, x, y, u } = memory;
  const sums = addSums(memory, k);
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

/** The sums of all parts, added to those of the first. */
function addSums({ sums, rows }: ReductionMemory, k: number): Float64Array {
  const [total, ...others] = sums as [Float64Array, ...Float64Array[]];
  for (const part of others) {
    for (let i = 2 * k; i < 2 * rows; i++) total[i]! += part[i]!;
  }
  return total;
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
