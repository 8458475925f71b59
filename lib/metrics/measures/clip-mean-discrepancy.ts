/** CMMD: the discrepancy between sets of CLIP features with a Gaussian kernel (Jayasumana et al., CVPR 2024). */
import type { Random } from "@/lib/numerics/random";
import { checkFeaturePair, type Features, toUnitLength } from "../features/features";
import type { Clusters } from "../intervals/intervals";
import type { Kernel } from "./kernel-sums";
import {
  type Discrepancy,
  type MmdEstimator,
  squaredDiscrepancyWithInterval,
} from "./maximum-mean-discrepancy";
import type { FeatureMeasure } from "./measure";

/** The published bandwidth σ = 10, and the factor that brings scores into a readable range. */
const SIGMA = 10;
const SCALE = 1000;

/**
 * 1000 · MMD² of unit-length CLIP embeddings with k(x, y) = exp(-|x - y|² / (2 · 10²)). Published is the biased
 * estimator; for small sets the unbiased one is better. For the 95% interval see
 * `squaredDiscrepancyWithInterval`.
 *
 * @throws SemblanceError `invalid_input` (values that are not finite, fewer than one vector a side, or two when
 * unbiased), `shape_mismatch`
 */
export async function clipMeanDiscrepancyWithInterval(
  a: Features,
  b: Features,
  estimator: MmdEstimator,
  random: Random,
  clusters?: readonly [Clusters, Clusters],
): Promise<Discrepancy> {
  check(a, b, estimator);
  const { value, interval, pairs } = await squaredDiscrepancyWithInterval(
    toUnitLength(a),
    toUnitLength(b),
    shiftedGaussian,
    estimator,
    random,
    clusters,
  );
  const scaled = interval && { low: SCALE * interval.low, high: SCALE * interval.high };
  return { value: SCALE * value, interval: scaled, pairs };
}

function check(a: Features, b: Features, estimator: MmdEstimator): void {
  checkFeaturePair(a, b, { minimum: estimator === "biased" ? 1 : 2, statistic: "CMMD" });
}

/** k - 1 instead of k: the ones cancel in MMD², and without them the small differences keep their precision. */
const shiftedGaussian: Kernel = (xy, xx, yy) =>
  Math.expm1(-Math.max(0, xx + yy - 2 * xy) / (2 * SIGMA * SIGMA));

export function discrepancyMeasure(estimator: MmdEstimator): FeatureMeasure {
  return {
    intervalOf: estimator === "biased" ? "expected" : "expected-unbiased",
    recipe: { statistic: `${estimator} MMD², Gaussian σ 10, × 1000` },
    async measure({ real, generated, clusters, random }) {
      const warnings =
        estimator === "biased" && Math.min(real.count, generated.count) < 1000
          ? ["With fewer than 1000 images, the published estimator is clearly too high; see cmmd-unbiased."]
          : [];
      const { value, interval, pairs } = await clipMeanDiscrepancyWithInterval(
        real,
        generated,
        estimator,
        random,
        [clusters.real, clusters.generated],
      );
      return { value, interval, warnings, recipe: { pairs } };
    },
  };
}
