/** Kernel Inception distance: the unbiased squared discrepancy with the cubic kernel. */
import type { Random } from "@/lib/engine/random";
import { checkFeaturePair, type Features, selectFeatures } from "./features";
import { halfSample, type Interval } from "./intervals";
import { type KernelMatrices, kernelMatrices, squaredMeanDiscrepancy } from "./maximum-mean-discrepancy";

/** Up to here all pairs are compared; above, disjoint blocks, whose cost grows with N and not with its square. */
export const LARGEST_FULL_KID = 2000;
const BLOCK = 1000;

/**
 * KID = unbiased MMD² with k(x, y) = (x·y / dims + 1)³ (Bińkowski et al., ICLR 2018) over all pairs of vectors, in
 * float64. Not biased by the number of pictures, so it may come out slightly negative.
 *
 * @throws SemblanceError `invalid_input` with fewer than two vectors or values that are not finite, `shape_mismatch`
 */
export async function kernelDistance(a: Features, b: Features, names?: [string, string]): Promise<number> {
  checkFeaturePair(a, b, { minimum: 2, statistic: "kernel distance", names });
  return squaredMeanDiscrepancy(await cubicKernelMatrices(a, b), { biased: false });
}

/**
 * KID with its 95% interval. Over more than `LARGEST_FULL_KID` vectors a side the value is the mean over disjoint
 * blocks of about 1000 in random order (the B-test's statistic, Zaremba et al. 2013), and the interval the spread of
 * the blocks over the root of their number.
 */
export async function kernelDistanceWithInterval(
  a: Features,
  b: Features,
  random: Random,
): Promise<{ value: number; interval: Interval | null; pairs: "all" | "blocks" }> {
  checkFeaturePair(a, b, { minimum: 2, statistic: "kernel distance" });
  if (Math.min(a.count, b.count) > LARGEST_FULL_KID)
    return { ...(await blockedDistance(a, b, random)), pairs: "blocks" };
  const matrices = await cubicKernelMatrices(a, b);
  const value = squaredMeanDiscrepancy(matrices, { biased: false });
  const halves = halfSample(
    value,
    [a.count, b.count],
    (rowsA, rowsB) => squaredMeanDiscrepancy(matrices, { biased: false, rows: [rowsA, rowsB] }),
    random,
    { minimum: 2, replicates: 400, largest: BLOCK },
  );
  return { value, interval: halves?.interval ?? null, pairs: "all" };
}

function cubicKernelMatrices(a: Features, b: Features): Promise<KernelMatrices> {
  const scale = 1 / a.dims;
  return kernelMatrices(a, b, (xy) => {
    const base = xy * scale + 1;
    return base * base * base;
  });
}

async function blockedDistance(
  a: Features,
  b: Features,
  random: Random,
): Promise<{ value: number; interval: Interval }> {
  const blocks = Math.floor(Math.min(a.count, b.count) / BLOCK);
  const [orderA, orderB] = [random.permutation(a.count), random.permutation(b.count)];
  const distances: number[] = [];
  for (let block = 0; block < blocks; block++) {
    const part = (order: Uint32Array) =>
      order.subarray(
        Math.floor((block * order.length) / blocks),
        Math.min(
          Math.floor(((block + 1) * order.length) / blocks),
          Math.floor((block * order.length) / blocks) + BLOCK,
        ),
      );
    distances.push(await kernelDistance(selectFeatures(a, part(orderA)), selectFeatures(b, part(orderB))));
  }
  const value = distances.reduce((sum, distance) => sum + distance, 0) / blocks;
  const variance = distances.reduce((sum, distance) => sum + (distance - value) ** 2, 0) / (blocks - 1);
  const halfWidth = studentQuantile975(blocks - 1) * Math.sqrt(variance / blocks);
  return { value, interval: { low: value - halfWidth, high: value + halfWidth } };
}

/** 97.5% quantile of Student's t: exact for 1 and 2 degrees, Cornish–Fisher beyond (within 0.5% from 3 up). */
function studentQuantile975(degrees: number): number {
  if (degrees === 1) return 12.706204736432095;
  if (degrees === 2) return 4.302652729696142;
  const z = 1.959963984540054;
  return (
    z +
    (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3)
  );
}
