/** Small symmetric positive definite systems, solved by Cholesky's decomposition. */

/**
 * Lower Cholesky factor L of the n × n row-major matrix A = L Lᵀ, or null where A is not positive definite to
 * working precision. Reads the lower triangle only.
 */
export function choleskyFactor(matrix: Float64Array, n: number): Float64Array | null {
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= factor[i * n + k]! * factor[j * n + k]!;
      if (i !== j) {
        factor[i * n + j] = sum / factor[j * n + j]!;
      } else {
        // A pivot that cancels to rounding noise belongs to a direction about which the matrix says nothing.
        if (!(sum > 1e-13 * Math.max(matrix[i * n + i]!, Number.MIN_VALUE))) return null;
        factor[i * n + i] = Math.sqrt(sum);
      }
    }
  }
  return factor;
}

/** x with L Lᵀ x = b, for the lower factor of `choleskyFactor`. */
export function solveCholesky(factor: Float64Array, rightSide: Float64Array, n: number): Float64Array {
  const x = Float64Array.from(rightSide);
  for (let i = 0; i < n; i++) {
    let sum = x[i]!;
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i]!;
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * x[k]!;
    x[i] = sum / factor[i * n + i]!;
  }
  return x;
}

/** A⁻¹, n × n row-major and full, for the lower factor of A. */
export function invertCholesky(factor: Float64Array, n: number): Float64Array {
  // L⁻¹ first, lower triangle; then A⁻¹ = L⁻ᵀ L⁻¹.
  const lower = new Float64Array(n * n);
  for (let j = 0; j < n; j++) {
    lower[j * n + j] = 1 / factor[j * n + j]!;
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= factor[i * n + k]! * lower[k * n + j]!;
      lower[i * n + j] = sum / factor[i * n + i]!;
    }
  }
  const inverse = new Float64Array(n * n);
  for (let k = 0; k < n; k++) {
    for (let i = 0; i <= k; i++) {
      const scale = lower[k * n + i]!;
      if (scale === 0) continue;
      for (let j = 0; j <= i; j++) inverse[i * n + j]! += scale * lower[k * n + j]!;
    }
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) inverse[j * n + i] = inverse[i * n + j]!;
  return inverse;
}

/**
 * x with A x = b by Gaussian elimination with partial pivoting; `matrix` (n × n, row-major) and `rightSide` are
 * overwritten, and `rightSide` returned as x. A must not be singular.
 */
export function solveByElimination(matrix: Float64Array, rightSide: Float64Array, n: number): Float64Array {
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++) {
      if (Math.abs(matrix[i * n + column]!) > Math.abs(matrix[pivot * n + column]!)) pivot = i;
    }
    if (pivot !== column) {
      for (let j = column; j < n; j++) {
        const kept = matrix[column * n + j]!;
        matrix[column * n + j] = matrix[pivot * n + j]!;
        matrix[pivot * n + j] = kept;
      }
      const kept = rightSide[column]!;
      rightSide[column] = rightSide[pivot]!;
      rightSide[pivot] = kept;
    }
    for (let i = column + 1; i < n; i++) {
      const factor = matrix[i * n + column]! / matrix[column * n + column]!;
      if (factor === 0) continue;
      for (let j = column; j < n; j++) matrix[i * n + j]! -= factor * matrix[column * n + j]!;
      rightSide[i]! -= factor * rightSide[column]!;
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = rightSide[i]!;
    for (let j = i + 1; j < n; j++) sum -= matrix[i * n + j]! * rightSide[j]!;
    rightSide[i] = sum / matrix[i * n + i]!;
  }
  return rightSide;
}
