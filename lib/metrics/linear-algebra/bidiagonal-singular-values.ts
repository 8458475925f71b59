/** Singular values of a bidiagonal matrix by implicitly shifted QR (Golub & Reinsch 1970; Golub & Van Loan 8.6). */
import { SemblanceError } from "../../errors";
import type { Bidiagonal } from "./bidiagonalise";

/**
 * The singular values, unordered and >= 0, each within a few ulps of the largest one. The diagonals are used up.
 *
 * The bottom block [low, high] without a negligible off-diagonal value is swept until its last off-diagonal value
 * has died; what has split off above is met again later. Convergence is cubic, so about two sweeps per value.
 */
export function bidiagonalSingularValues({ main, upper }: Bidiagonal): Float64Array {
  const negligible = Number.EPSILON * largestMagnitude(main, upper);
  let high = main.length - 1;
  let sweepsLeft = 100 * main.length + 100;
  while (high > 0) {
    const low = findBlock(main, upper, high, negligible);
    if (low === high) {
      high--;
      continue;
    }
    if (sweepsLeft-- === 0) {
      throw new SemblanceError("internal", "The singular values of the feature product did not converge.");
    }
    const zero = findZero(main, low, high, negligible);
    if (zero === high) clearLastColumn(main, upper, low, high);
    else if (zero >= 0) clearRow(main, upper, zero, high);
    else sweep(main, upper, low, high);
  }
  return main.map(Math.abs);
}

function largestMagnitude(...diagonals: Float64Array[]): number {
  let largest = 0;
  for (const diagonal of diagonals) {
    for (const value of diagonal) largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

/** Sets negligible off-diagonal values to zero, from `high` upwards, and returns where the block above it ends. */
function findBlock(main: Float64Array, upper: Float64Array, high: number, negligible: number): number {
  let low = high;
  while (low > 0) {
    const beside = Math.abs(main[low - 1]!) + Math.abs(main[low]!);
    if (Math.abs(upper[low - 1]!) <= Math.max(Number.EPSILON * beside, Number.EPSILON * negligible)) {
      upper[low - 1] = 0;
      break;
    }
    low--;
  }
  return low;
}

function findZero(main: Float64Array, low: number, high: number, negligible: number): number {
  for (let i = high; i >= low; i--) {
    if (Math.abs(main[i]!) <= Number.EPSILON * negligible) {
      main[i] = 0;
      return i;
    }
  }
  return -1;
}

/** main[zero] is 0: rotations of row `zero` with the rows below carry upper[zero] out to the right and away. */
function clearRow(main: Float64Array, upper: Float64Array, zero: number, high: number): void {
  let bulge = upper[zero]!;
  upper[zero] = 0;
  for (let j = zero + 1; j <= high && bulge !== 0; j++) {
    const norm = Math.hypot(main[j]!, bulge);
    const [cosine, sine] = [main[j]! / norm, bulge / norm];
    main[j] = norm;
    if (j < high) {
      bulge = -sine * upper[j]!;
      upper[j]! *= cosine;
    }
  }
}

/** main[high] is 0: rotations of the last column with those before it carry upper[high - 1] up and away. */
function clearLastColumn(main: Float64Array, upper: Float64Array, low: number, high: number): void {
  let bulge = upper[high - 1]!;
  upper[high - 1] = 0;
  for (let j = high - 1; j >= low && bulge !== 0; j--) {
    const norm = Math.hypot(main[j]!, bulge);
    const [cosine, sine] = [main[j]! / norm, bulge / norm];
    main[j] = norm;
    if (j > low) {
      bulge = -sine * upper[j - 1]!;
      upper[j - 1]! *= cosine;
    }
  }
}

/** One QR step on BᵀB - shift I without forming it: rotations chase the bulge down the block's two diagonals. */
function sweep(main: Float64Array, upper: Float64Array, low: number, high: number): void {
  const scale = main[low]!;
  const shift = wilkinsonShift(main, upper, low, high);
  // First column of BᵀB - shift², divided by main[low] against overflow.
  let f = (Math.abs(scale) - shift) * (Math.sign(scale) + shift / scale);
  let g = upper[low]!;
  for (let k = low; k < high; k++) {
    let norm = Math.hypot(f, g);
    let cosine = norm === 0 ? 1 : f / norm;
    let sine = norm === 0 ? 0 : g / norm;
    if (k > low) upper[k - 1] = norm;
    f = cosine * main[k]! + sine * upper[k]!;
    upper[k] = cosine * upper[k]! - sine * main[k]!;
    g = sine * main[k + 1]!;
    main[k + 1]! *= cosine;

    norm = Math.hypot(f, g);
    cosine = norm === 0 ? 1 : f / norm;
    sine = norm === 0 ? 0 : g / norm;
    main[k] = norm;
    f = cosine * upper[k]! + sine * main[k + 1]!;
    main[k + 1] = cosine * main[k + 1]! - sine * upper[k]!;
    if (k < high - 1) {
      g = sine * upper[k + 1]!;
      upper[k + 1]! *= cosine;
    }
  }
  upper[high - 1] = f;
}

/** The smaller singular value of the block's last 2 × 2 corner [[p, q], [0, r]] (as LAPACK's dlas2 finds it). */
function wilkinsonShift(main: Float64Array, upper: Float64Array, low: number, high: number): number {
  const [p, q, r] = [Math.abs(main[high - 1]!), Math.abs(upper[high - 1]!), Math.abs(main[high]!)];
  const [small, large] = [Math.min(p, r), Math.max(p, r)];
  if (small === 0) return 0;
  const ratio = q / large;
  const sum = Math.hypot(1 + small / large, ratio);
  const difference = Math.hypot(1 - small / large, ratio);
  const shift = (2 * small) / (sum + difference);
  // A shift that is lost against the first value would only add rounding.
  return (shift / main[low]!) ** 2 < Number.EPSILON ? 0 : shift;
}
