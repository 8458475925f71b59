/** The Fréchet distance between the Gaussians fitted to two feature sets, exact also where pictures are few. */
import { checkFeaturePair, type Features, meanOfFeatures } from "./features";
import { multiplyByTranspose } from "./linear-algebra/product";
import { nuclearNorm } from "./linear-algebra/singular-values";
import { triangularFactor } from "./linear-algebra/triangular-factor";

/**
 * |μ1 - μ2|² + Tr(Σ1 + Σ2 - 2 (Σ1 Σ2)^½), covariances with n - 1 in the denominator (Dowson & Landau 1982; as FID,
 * Heusel et al. 2017), in float64.
 *
 * With A = (X - μ1)/√(n1 - 1), so that Σ1 = AᵀA, and B likewise, the eigenvalues of Σ1 Σ2 are the squared singular
 * values of B Aᵀ, and the trace of the root is their sum: the nuclear norm of an n2 × n1 matrix. So with fewer
 * pictures than dimensions no covariance is formed, no root of a singular matrix is taken, and nothing can become
 * complex or NaN. With more pictures than dimensions the factors are first reduced to their triangles R (A = QR),
 * which leaves AᵀA as it was.
 *
 * Agrees with the exact value to better than 1e-9 of the traces; pytorch-fid's sqrtm route is off by about 1e-7
 * where the covariances are singular.
 *
 * @throws SemblanceError `invalid_input` with fewer than two vectors or values that are not finite, `shape_mismatch`
 */
export function frechetDistance(a: Features, b: Features, names?: [string, string]): number {
  checkFeaturePair(a, b, { minimum: 2, statistic: "Fréchet distance", names });
  const [first, second] = [fitGaussian(a), fitGaussian(b)];
  let distance = first.trace + second.trace;
  for (let j = 0; j < a.dims; j++) distance += (first.mean[j]! - second.mean[j]!) ** 2;
  const product = multiplyByTranspose(second.factor, second.rows, first.factor, first.rows, a.dims);
  distance -= 2 * nuclearNorm(product, second.rows, first.rows);
  // Equal sets cancel to zero up to rounding, on either side of it.
  return Math.max(0, distance);
}

/** Mean, factor F with FᵀF = Σ (row-major [rows, dims], rows <= dims), and Tr Σ. */
function fitGaussian(features: Features) {
  const { count, dims, values } = features;
  const mean = meanOfFeatures(features);
  const centred = new Float64Array(count * dims);
  const scale = 1 / Math.sqrt(count - 1);
  let trace = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < dims; j++) {
      const value = (values[i * dims + j]! - mean[j]!) * scale;
      centred[i * dims + j] = value;
      trace += value * value;
    }
  }
  if (count <= dims) return { mean, trace, factor: centred, rows: count };
  return { mean, trace, factor: triangularFactor(centred, count, dims), rows: dims };
}
