/** Householder reduction of a dense matrix to upper bidiagonal form (Golub & Kahan 1965). */

/** The two diagonals of an upper bidiagonal matrix: `upper[i]` stands to the right of `main[i]`. */
export type Bidiagonal = { readonly main: Float64Array; readonly upper: Float64Array };

/**
 * The bidiagonal matrix with the same singular values as `matrix`, which is used up.
 *
 * A step takes the reflections H = I - t v vᵀ from the left and G = I - s u uᵀ from the right:
 *
 *   H A G = A - v yᵀ - x uᵀ,   y = t Aᵀv,   x = s (A u - v yᵀu).
 *
 * The update waits for the next step, whose v needs one updated column only. Then one pass over the matrix applies
 * the update and gathers the new Aᵀv, and a second, which only reads, gathers A u (Howell, Demmel, Fulton, Hammarling
 * & Marmol, "Cache efficient bidiagonalization using BLAS 2.5 operators", 2008).
 *
 * @param matrix row-major [rows, columns], rows >= columns
 */
export function bidiagonalise(matrix: Float64Array, rows: number, columns: number): Bidiagonal {
  const main = new Float64Array(columns);
  const upper = new Float64Array(Math.max(0, columns - 1));
  const v = new Float64Array(rows);
  const x = new Float64Array(rows);
  const y = new Float64Array(columns);
  const u = new Float64Array(columns);
  const nextV = new Float64Array(rows);
  const nextY = new Float64Array(columns);

  for (let k = 0; k < columns; k++) {
    // Column k as the pending update of step k - 1 will leave it, and the reflection that clears it below row k.
    for (let i = k; i < rows; i++) {
      nextV[i] = matrix[i * columns + k]! - v[i]! * y[k]! - x[i]! * u[k]!;
    }
    const left = makeReflection(nextV, k);
    main[k] = left.beta;

    nextY.fill(0, k);
    updateAndGather(matrix, rows, columns, k, v, y, x, u, nextV, nextY);
    for (let j = k; j < columns; j++) nextY[j]! *= left.scale;
    v.set(nextV.subarray(k), k);
    y.set(nextY.subarray(k), k);
    if (k + 1 >= columns) break;

    // Row k after the left reflection, and the reflection that clears it to the right of column k + 1.
    for (let j = k + 1; j < columns; j++) u[j] = matrix[k * columns + j]! - v[k]! * y[j]!;
    u[k] = 0;
    const right = makeReflection(u, k + 1);
    upper[k] = right.beta;
    let yu = 0;
    for (let j = k + 1; j < columns; j++) yu += y[j]! * u[j]!;
    gatherProducts(matrix, rows, columns, k + 1, u, x);
    for (let i = k + 1; i < rows; i++) x[i] = right.scale * (x[i]! - v[i]! * yu);
  }
  return { main, upper };
}

/**
 * Turns `vector[from..]` into the v of a reflection I - scale v vᵀ that maps it to beta e1, beta of the sign that
 * avoids cancellation. A vector that is zero behind its first value needs none: scale is 0.
 */
function makeReflection(vector: Float64Array, from: number): { beta: number; scale: number } {
  let tail = 0;
  for (let i = from + 1; i < vector.length; i++) tail += vector[i]! * vector[i]!;
  const head = vector[from]!;
  if (tail === 0) return { beta: head, scale: 0 };
  const norm = Math.sqrt(head * head + tail);
  const beta = head > 0 ? -norm : norm;
  vector[from] = head - beta;
  // |v|² = tail + (head - beta)² = 2 beta (beta - head)
  return { beta, scale: 1 / (beta * (beta - head)) };
}

/** A -= v yᵀ + x uᵀ below and right of `from`, and nextY = Aᵀ nextV of the result; four rows at a time. */
function updateAndGather(
  matrix: Float64Array,
  rows: number,
  columns: number,
  from: number,
  v: Float64Array,
  y: Float64Array,
  x: Float64Array,
  u: Float64Array,
  nextV: Float64Array,
  nextY: Float64Array,
): void {
  let i = from;
  for (; i + 3 < rows; i += 4) {
    const r0 = i * columns;
    const [r1, r2, r3] = [r0 + columns, r0 + 2 * columns, r0 + 3 * columns];
    const [v0, v1, v2, v3] = [v[i]!, v[i + 1]!, v[i + 2]!, v[i + 3]!];
    const [x0, x1, x2, x3] = [x[i]!, x[i + 1]!, x[i + 2]!, x[i + 3]!];
    const [n0, n1, n2, n3] = [nextV[i]!, nextV[i + 1]!, nextV[i + 2]!, nextV[i + 3]!];
    for (let j = from; j < columns; j++) {
      const yj = y[j]!;
      const uj = u[j]!;
      const a0 = matrix[r0 + j]! - v0 * yj - x0 * uj;
      const a1 = matrix[r1 + j]! - v1 * yj - x1 * uj;
      const a2 = matrix[r2 + j]! - v2 * yj - x2 * uj;
      const a3 = matrix[r3 + j]! - v3 * yj - x3 * uj;
      matrix[r0 + j] = a0;
      matrix[r1 + j] = a1;
      matrix[r2 + j] = a2;
      matrix[r3 + j] = a3;
      nextY[j]! += n0 * a0 + n1 * a1 + (n2 * a2 + n3 * a3);
    }
  }
  for (; i < rows; i++) {
    const r = i * columns;
    for (let j = from; j < columns; j++) {
      const a = matrix[r + j]! - v[i]! * y[j]! - x[i]! * u[j]!;
      matrix[r + j] = a;
      nextY[j]! += nextV[i]! * a;
    }
  }
}

/** products[i] = sum over j >= from of A[i, j] u[j], for i >= from; four rows at a time. */
function gatherProducts(
  matrix: Float64Array,
  rows: number,
  columns: number,
  from: number,
  u: Float64Array,
  products: Float64Array,
): void {
  let i = from;
  for (; i + 3 < rows; i += 4) {
    const r = i * columns;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let j = from; j < columns; j++) {
      const uj = u[j]!;
      s0 += matrix[r + j]! * uj;
      s1 += matrix[r + columns + j]! * uj;
      s2 += matrix[r + 2 * columns + j]! * uj;
      s3 += matrix[r + 3 * columns + j]! * uj;
    }
    products[i] = s0;
    products[i + 1] = s1;
    products[i + 2] = s2;
    products[i + 3] = s3;
  }
  for (; i < rows; i++) {
    let sum = 0;
    for (let j = from; j < columns; j++) sum += matrix[i * columns + j]! * u[j]!;
    products[i] = sum;
  }
}
