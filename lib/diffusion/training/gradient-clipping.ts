/** Limits a step by the norm of all its gradients together. */
import { sumOfSquares } from "./update-kernels";

/**
 * The L2 norm over all values of all gradients, summed in float64: float32 sums are off by 1e-3 from about ten
 * million values on. The order of summation is fixed, so the same gradients give the same bits.
 */
export function globalNorm(gradients: ReadonlyMap<string, Float32Array>): number {
  let squares = 0;
  for (const values of gradients.values()) squares += sumOfSquares(values);
  return Math.sqrt(squares);
}

/** The factor, at most 1, that brings gradients of norm `norm` down to `maxNorm`. */
export function clippingScale(norm: number, maxNorm: number): number {
  return norm > maxNorm ? maxNorm / norm : 1;
}
