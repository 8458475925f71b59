/** Groups fingerprints that are nearly the same: every pair within a distance is found, without comparing all with all. */
import { fingerprintLength, fingerprintSidePx } from "@/lib/images/fingerprint-size";

export type Similar = {
  /** Place of the fingerprint. */
  index: number;
  /** From 0, in the order of the groups' first members. */
  group: number;
  /** Mean absolute difference from the closest other one, in levels. */
  distance: number;
};

/** Mean red, green and blue of the quarters. */
const coarseLength = 12;
/** So many first members are compared before others may use the processor. */
const breathEvery = 64;

/**
 * The mean of two fingerprints' differences is at least the difference of their means, overall as by quarters, so that
 * most pairs are told apart without looking at them.
 *
 * @param pixels fingerprints one after the other
 * @param mostDistance mean absolute difference, in levels of 0 to 255
 * @returns those that have another within the distance, in the order of their places
 */
export async function groupSimilar(
  pixels: Uint8Array,
  mostDistance: number,
  { signal }: { signal?: AbortSignal } = {},
): Promise<Similar[]> {
  const count = pixels.length / fingerprintLength;
  const coarse = coarseMeans(pixels, count);
  const means = Float64Array.from({ length: count }, (_, index) => {
    let sum = 0;
    for (let at = 0; at < coarseLength; at++) sum += coarse[index * coarseLength + at]!;
    return sum / coarseLength;
  });
  const order = Uint32Array.from(means.keys()).sort((a, b) => means[a]! - means[b]!);
  const parents = Uint32Array.from(means.keys());
  const closest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  for (let at = 0; at < count; at++) {
    const one = order[at]!;
    for (let next = at + 1; next < count; next++) {
      const other = order[next]!;
      if (means[other]! - means[one]! > mostDistance) break;
      if (isFarApart(coarse, one, other, mostDistance)) continue;
      const distance = meanDifference(pixels, one, other, mostDistance);
      if (distance > mostDistance) continue;
      closest[one] = Math.min(closest[one]!, distance);
      closest[other] = Math.min(closest[other]!, distance);
      parents[rootOf(parents, other)] = rootOf(parents, one);
    }
    if (at % breathEvery === 0) {
      signal?.throwIfAborted();
      await new Promise(setImmediate);
    }
  }
  const groups = new Map<number, number>();
  const similar: Similar[] = [];
  for (let index = 0; index < count; index++) {
    if (closest[index] === Number.POSITIVE_INFINITY) continue;
    const root = rootOf(parents, index);
    const group = groups.get(root) ?? groups.size;
    groups.set(root, group);
    similar.push({ index, group, distance: closest[index]! });
  }
  return similar;
}

function coarseMeans(pixels: Uint8Array, count: number): Float32Array {
  const half = fingerprintSidePx / 2;
  const coarse = new Float32Array(count * coarseLength);
  for (let index = 0; index < count; index++) {
    for (let at = 0; at < fingerprintLength; at++) {
      const pixel = Math.floor(at / 3);
      const quarter =
        (Math.floor(pixel / fingerprintSidePx) < half ? 0 : 2) + (pixel % fingerprintSidePx < half ? 0 : 1);
      const place = index * coarseLength + quarter * 3 + (at % 3);
      coarse[place] = coarse[place]! + pixels[index * fingerprintLength + at]! / (half * half);
    }
  }
  return coarse;
}

function isFarApart(coarse: Float32Array, one: number, other: number, mostDistance: number): boolean {
  let sum = 0;
  for (let at = 0; at < coarseLength; at++) {
    sum += Math.abs(coarse[one * coarseLength + at]! - coarse[other * coarseLength + at]!);
  }
  // Rounded to 32 bits, a distance that is just within must not be lost.
  return sum / coarseLength > mostDistance + 1e-3;
}

/** Exact up to `most`, beyond it anything larger. */
function meanDifference(pixels: Uint8Array, one: number, other: number, most: number): number {
  let sum = 0;
  for (let at = 0; at < fingerprintLength; at++) {
    sum += Math.abs(pixels[one * fingerprintLength + at]! - pixels[other * fingerprintLength + at]!);
    if (sum > most * fingerprintLength) return Number.POSITIVE_INFINITY;
  }
  return sum / fingerprintLength;
}

function rootOf(parents: Uint32Array, index: number): number {
  let root = index;
  while (parents[root] !== root) {
    parents[root] = parents[parents[root]!]!;
    root = parents[root]!;
  }
  return root;
}
