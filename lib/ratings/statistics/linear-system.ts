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
