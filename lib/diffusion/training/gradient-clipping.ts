/** Limits a step by the norm of all its gradients together. */

/**
 * The L2 norm over all values of all gradients, summed in float64: float32 sums are off by 1e-3 from about ten
 * million values on. The order of summation is fixed, so the same gradients give the same bits.
 */
export function globalNorm(gradients: ReadonlyMap<string, Float32Array>): number {
  let squares = 0;
  for (const values of gradients.values()) squares += sumOfSquares(values);
  return Math.sqrt(squares);
}

/** Four running sums, because each addition waits for the one before it. */
function sumOfSquares(values: Float32Array): number {
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    sum0 += values[i]! * values[i]!;
    sum1 += values[i + 1]! * values[i + 1]!;
    sum2 += values[i + 2]! * values[i + 2]!;
    sum3 += values[i + 3]! * values[i + 3]!;
  }
  for (let i = whole; i < values.length; i++) sum0 += values[i]! * values[i]!;
  return sum0 + sum1 + (sum2 + sum3);
}

/** The factor, at most 1, that brings gradients of norm `norm` down to `maxNorm`. */
export function clippingScale(norm: number, maxNorm: number): number {
  return norm > maxNorm ? maxNorm / norm : 1;
}
