/** CMMD: the discrepancy between sets of CLIP features with a Gaussian kernel (Jayasumana et al., CVPR 2024). */
import type { Random } from "@/lib/engine/random";
import { checkFeaturePair, type Features, toUnitLength } from "./features";
import { halfSample, type Interval } from "./intervals";
import { type KernelMatrices, kernelMatrices, squaredMeanDiscrepancy } from "./maximum-mean-discrepancy";

/** The published bandwidth σ = 10, and the factor that brings scores into a readable range. */
const SIGMA = 10;
const SCALE = 1000;

/** As published (`biased`: pairs of a picture with itself included) or `unbiased`, the better choice for small sets. */
export type CmmdEstimator = "biased" | "unbiased";

/**
 * 1000 · MMD² of unit-length CLIP embeddings with k(x, y) = exp(-|x - y|² / (2 · 10²)).
 *
 * @throws SemblanceError `invalid_input` (values that are not finite, fewer than one vector a side, or two when
 * unbiased), `shape_mismatch`
 */
export async function clipMeanDiscrepancy(
  a: Features,
  b: Features,
  estimator: CmmdEstimator,
): Promise<number> {
  return (
    SCALE *
    squaredMeanDiscrepancy(await gaussianKernelMatrices(a, b, estimator), { biased: estimator === "biased" })
  );
}

/** CMMD with its 95% interval by half-sampling. The biased one moves by its bias with N: see `unbiased`. */
export async function clipMeanDiscrepancyWithInterval(
  a: Features,
  b: Features,
  estimator: CmmdEstimator,
  random: Random,
): Promise<{ value: number; interval: Interval | null }> {
  const matrices = await gaussianKernelMatrices(a, b, estimator);
  const biased = estimator === "biased";
  const value = SCALE * squaredMeanDiscrepancy(matrices, { biased });
  const halves = halfSample(
    value,
    [a.count, b.count],
    (rowsA, rowsB) => SCALE * squaredMeanDiscrepancy(matrices, { biased, rows: [rowsA, rowsB] }),
    random,
    { minimum: 2, replicates: 400, largest: 1000 },
  );
  return { value, interval: halves?.interval ?? null };
}

/** k - 1 rather than k: the ones cancel in MMD², and without them the small differences keep their digits. */
async function gaussianKernelMatrices(
  a: Features,
  b: Features,
  estimator: CmmdEstimator,
): Promise<KernelMatrices> {
  checkFeaturePair(a, b, { minimum: estimator === "biased" ? 1 : 2, statistic: "CMMD" });
  return kernelMatrices(toUnitLength(a), toUnitLength(b), (xy, xx, yy) =>
    Math.expm1(-Math.max(0, xx + yy - 2 * xy) / (2 * SIGMA * SIGMA)),
  );
}
