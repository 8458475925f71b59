/** Variances of single arms whose sums are the variances of their differences. */
import { choleskyFactor, solveCholesky } from "../numerics/linear-system";

const mostSteps = 100;
/** A variance this small relative to the largest counts as zero. */
const smallestShare = 1e-6;

/**
 * Quasi-variances q with q_i + q_j ≈ V_ij, the variance of the difference of i and j (Firth & de Menezes, Biometrika
 * 91, 2004): those that minimise Σ (log(q_i + q_j) - log V_ij)² over all pairs, and are not negative. Exact for
 * three arms where that is possible; two share their variance evenly.
 *
 * @param variances n × n row-major, symmetric, positive off the diagonal, which is not read; n at least 2
 */
export function quasiVariances(variances: Float64Array, n: number): Float64Array {
  const at = (i: number, j: number) => variances[i * n + j]!;
  let largest = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) largest = Math.max(largest, at(i, j));
  if (n === 2) return new Float64Array(2).fill(at(0, 1) / 2);
  const floor = smallestShare * largest;

  // Exact where variances do add up: Σ_j V_ij = (n - 2) q_i + Σ q.
  const rowSums = Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) if (j !== i) sum += at(i, j);
    return sum;
  });
  const total = rowSums.reduce((sum, row) => sum + row, 0) / (2 * (n - 1));
  // In logarithms u = log q, so that no q turns negative; Gauss–Newton steps, damped until they help.
  let u = rowSums.map((row) => Math.log(Math.max((row - total) / (n - 2), floor)));
  let misfit = misfitOf(u, at);
  let damping = 1e-6;
  for (let step = 0; step < mostSteps; step++) {
    const q = u.map((value) => Math.exp(value));
    const normal = new Float64Array(n * n);
    const right = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < i; j++) {
        const sum = q[i]! + q[j]!;
        const residual = Math.log(at(i, j) / sum);
        const di = q[i]! / sum;
        const dj = q[j]! / sum;
        normal[i * n + i]! += di * di;
        normal[j * n + j]! += dj * dj;
        normal[i * n + j]! += di * dj;
        right[i]! += di * residual;
        right[j]! += dj * residual;
      }
    }
    for (let i = 0; i < n; i++) normal[i * n + i]! += damping;
    const factor = choleskyFactor(normal, n);
    const change = factor && solveCholesky(factor, right, n);
    const next = change && u.map((value, i) => Math.max(Math.log(floor), value + change[i]!));
    const nextMisfit = next ? misfitOf(next, at) : Number.POSITIVE_INFINITY;
    if (next && nextMisfit <= misfit) {
      const gained = misfit - nextMisfit;
      u = next;
      misfit = nextMisfit;
      damping = Math.max(1e-12, damping / 10);
      if (gained <= 1e-14 * (1 + misfit)) break;
    } else {
      damping = Math.max(damping, 1e-9) * 10;
      if (damping > 1e6) break;
    }
  }
  return u.map((value) => Math.exp(value));
}

function misfitOf(u: Float64Array, at: (i: number, j: number) => number): number {
  const q = u.map((value) => Math.exp(value));
  let sum = 0;
  for (let i = 0; i < q.length; i++) {
    for (let j = 0; j < i; j++) sum += Math.log((q[i]! + q[j]!) / at(i, j)) ** 2;
  }
  return sum;
}
