/** The triangle R of a QR factorisation by Householder reflections: X = QR, so XᵀX = RᵀR without forming it. */

/**
 * R, row-major [columns, columns], zero below the diagonal; `matrix` (row-major [rows, columns], rows >= columns) is
 * overwritten. As in bidiagonalisation, each update waits for the next step, so that one pass over the rest of the matrix
 * applies it and gathers the product that the next update needs.
 */
export function triangularFactor(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const factor = new Float64Array(columns * columns);
  const v = new Float64Array(rows);
  const y = new Float64Array(columns);
  const nextV = new Float64Array(rows);
  const nextY = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    let tail = 0;
    for (let i = k; i < rows; i++) {
      const value = matrix[i * columns + k]! - v[i]! * y[k]!;
      nextV[i] = value;
      if (i > k) tail += value * value;
    }
    const head = nextV[k]!;
    const norm = Math.sqrt(head * head + tail);
    const beta = head > 0 ? -norm : norm;
    const scale = tail === 0 ? 0 : 1 / (beta * (beta - head));
    if (tail !== 0) nextV[k] = head - beta;

    nextY.fill(0, k);
    updateAndGather(matrix, rows, columns, k, v, y, nextV, nextY);
    for (let j = k; j < columns; j++) nextY[j]! *= scale;
    v.set(nextV.subarray(k), k);
    y.set(nextY.subarray(k), k);

    factor[k * columns + k] = tail === 0 ? head : beta;
    for (let j = k + 1; j < columns; j++) {
      factor[k * columns + j] = matrix[k * columns + j]! - v[k]! * y[j]!;
    }
  }
  return factor;
}

/** A -= v yᵀ below and right of `from`, and nextY = Aᵀ nextV of the result. */
function updateAndGather(
  matrix: Float64Array,
  rows: number,
  columns: number,
  from: number,
  v: Float64Array,
  y: Float64Array,
  nextV: Float64Array,
  nextY: Float64Array,
): void {
  let i = from;
  for (; i + 1 < rows; i += 2) {
    const [r0, r1] = [i * columns, (i + 1) * columns];
    const [v0, v1, n0, n1] = [v[i]!, v[i + 1]!, nextV[i]!, nextV[i + 1]!];
    for (let j = from; j < columns; j++) {
      const a0 = matrix[r0 + j]! - v0 * y[j]!;
      const a1 = matrix[r1 + j]! - v1 * y[j]!;
      matrix[r0 + j] = a0;
      matrix[r1 + j] = a1;
      nextY[j]! += n0 * a0 + n1 * a1;
    }
  }
  for (; i < rows; i++) {
    for (let j = from; j < columns; j++) {
      const a = matrix[i * columns + j]! - v[i]! * y[j]!;
      matrix[i * columns + j] = a;
      nextY[j]! += nextV[i]! * a;
    }
  }
}
