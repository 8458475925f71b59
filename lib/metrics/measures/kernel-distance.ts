/** Kernel Inception distance: the unbiased squared discrepancy with the cubic kernel. */
import type { Random } from "@/lib/numerics/random";
import { checkFeaturePair, type Features } from "../features/features";
import type { Clusters } from "../intervals/intervals";
import type { Kernel } from "./kernel-sums";
import {
  type Discrepancy,
  discrepancyContributions,
  squaredDiscrepancy,
  squaredDiscrepancyWithInterval,
} from "./maximum-mean-discrepancy";
import type { FeatureMeasure } from "./measure";

/**
 * KID = unbiased MMD² with k(x, y) = (x·y / dims + 1)³ (Bińkowski et al., ICLR 2018) over all pairs of vectors, in
 * float64. Not biased by the number of images, so it may come out slightly negative.
 *
 * @throws SemblanceError `invalid_input` with fewer than two vectors or values that are not finite, `shape_mismatch`
 */
export async function kernelDistance(a: Features, b: Features, names?: [string, string]): Promise<number> {
  checkFeaturePair(a, b, { minimum: 2, statistic: "kernel distance", names });
  return squaredDiscrepancy(a, b, cubicKernel(a.dims), "unbiased");
}

/** KID with its 95% interval; see `squaredDiscrepancyWithInterval`. Throws as `kernelDistance`. */
export async function kernelDistanceWithInterval(
  a: Features,
  b: Features,
  random: Random,
  { names, clusters }: { names?: [string, string]; clusters?: readonly [Clusters, Clusters] } = {},
): Promise<Discrepancy> {
  checkFeaturePair(a, b, { minimum: 2, statistic: "kernel distance", names });
  return squaredDiscrepancyWithInterval(a, b, cubicKernel(a.dims), "unbiased", random, clusters);
}

/** See `discrepancyContributions`. */
export function kernelContributions(a: Features, b: Features): Promise<[a: Float64Array, b: Float64Array]> {
  return discrepancyContributions(a, b, cubicKernel(a.dims), "unbiased");
}

function cubicKernel(dims: number): Kernel {
  const scale = 1 / dims;
  return (xy) => {
    const base = xy * scale + 1;
    return base * base * base;
  };
}

/** KID: `pairs` of the recipe tells whether it is over all pairs or the mean of blocks. */
export const kernelMeasure: FeatureMeasure = {
  intervalOf: "expected-unbiased",
  recipe: { statistic: "unbiased MMD², (x·y / dims + 1)³" },
  async measure({ real, generated, clusters, random }) {
    const { value, interval, pairs } = await kernelDistanceWithInterval(real, generated, random, {
      names: ["real", "generated"],
      clusters: [clusters.real, clusters.generated],
    });
    return { value, interval, recipe: { pairs } };
  },
};
