/** The nuclear norm of a bidiagonal matrix without its singular values: an integral over sums of positive terms. */
import type { Bidiagonal } from "./bidiagonalise";

/**
 * Step of the trapezoidal rule. Its error is 2 exp(-2π² / step) of the value, since the integrand is analytic up to π
 * beside the real line: 1e-17.
 */
const STEP = 0.5;
/** Below exp of this, 1e-16 of the squared norm, only the rank of the rest matters. */
const LOWEST = -74;
/** Above exp of this the sum is its first two terms in 1 / s, to 1e-16. */
const HIGHEST = 25;

/**
 * The sum of the singular values σ, to some 1e-15 of it.
 *
 * Of every σ = √λ
 *
 *   σ = 1/π ∫ λ / (λ + s) s^-½ ds = 1/π ∫ λ / (λ + eˣ) exp(x / 2) dx,
 *
 * so what is needed is, for some 200 s, the trace of G (G + s)⁻¹ with G = B Bᵀ tridiagonal. Its diagonal follows from
 * G + s factorised from the top and from the bottom: as in Fernando & Parlett's differential quotient-difference
 * algorithm (Numer. Math. 67, 1994) no step subtracts, so nothing cancels, nothing has to converge, and zeros need no
 * care.
 *
 * @param main, upper finite, their squares neither over- nor underflowing
 */
export function bidiagonalNuclearNorm({ main, upper }: Bidiagonal): number {
  const size = main.length;
  let squares = 0;
  for (const value of main) squares += value * value;
  for (const value of upper) squares += value * value;
  if (squares === 0) return 0;
  const q = main.map((value) => (value * value) / squares);
  const e = new Float64Array(size);
  upper.forEach((value, i) => {
    e[i] = (value * value) / squares;
  });
  const fromTop = new Float64Array(size);
  let sum = 0;
  for (let x = LOWEST; x <= HIGHEST; x += STEP) {
    const trace = traceOfShare(q, e, Math.exp(x), fromTop);
    sum += Math.exp(x / 2) * trace;
    // Below, the trace stays what it is here, and the weights are a geometric series.
    if (x === LOWEST) sum += (Math.exp(x / 2) * trace) / Math.expm1(STEP / 2);
  }
  // Above it is tr G / s - tr G² / s², with tr G = 1.
  let squaredTrace = 0;
  for (let i = 0; i < size; i++) {
    squaredTrace += (q[i]! + e[i]!) ** 2 + (i + 1 < size ? 2 * q[i + 1]! * e[i]! : 0);
  }
  sum += Math.exp(-HIGHEST / 2) / Math.expm1(STEP / 2);
  sum -= (squaredTrace * Math.exp(-1.5 * HIGHEST)) / Math.expm1(1.5 * STEP);
  return (sum * STEP * Math.sqrt(squares)) / Math.PI;
}

/**
 * tr G (G + s)⁻¹, G tridiagonal with qᵢ + eᵢ on its diagonal and √(qᵢ₊₁ eᵢ) beside it, s > 0.
 *
 * The pivots of G + s are s + fᵢ + eᵢ from the top and s + qᵢ + cᵢ from the bottom with
 *
 *   fᵢ = qᵢ (s + fᵢ₋₁) / (s + fᵢ₋₁ + eᵢ₋₁),   cᵢ = eᵢ (s + cᵢ₊₁) / (s + cᵢ₊₁ + qᵢ₊₁),
 *
 * and the inverse has 1 / (s + fᵢ + cᵢ) on its diagonal.
 *
 * @param fromTop room for the fᵢ
 */
function traceOfShare(q: Float64Array, e: Float64Array, s: number, fromTop: Float64Array): number {
  const size = q.length;
  let f = q[0]!;
  fromTop[0] = f;
  for (let i = 1; i < size; i++) {
    const d = s + f;
    f = (q[i]! * d) / (d + e[i - 1]!);
    fromTop[i] = f;
  }
  let c = 0;
  let trace = fromTop[size - 1]! / (s + fromTop[size - 1]!);
  for (let i = size - 2; i >= 0; i--) {
    const d = s + c;
    c = (e[i]! * d) / (d + q[i + 1]!);
    const share = fromTop[i]! + c;
    trace += share / (s + share);
  }
  return trace;
}
