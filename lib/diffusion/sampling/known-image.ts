/** The known part of an image that is to be completed (inpainting). */
import type { KnownPixels } from "../samplers/sampler";

export type KnownImage = KnownPixels & {
  /** [1, size, size], the same for all three colours. */
  readonly maskOfPositions: Float32Array;
};

/**
 * An image [3, size, size] in [-1, 1] with a mask [1, size, size]: 1 where it is known, 0 elsewhere.
 * Erased pixels become 0, so that the model sees nothing of them.
 */
export function maskPixels(pixels: Float32Array, maskOfPositions: Float32Array): KnownImage {
  const mask = Float32Array.from(pixels, (_, at) => maskOfPositions[at % maskOfPositions.length]!);
  return { pixels: pixels.map((value, at) => value * mask[at]!), mask, maskOfPositions };
}

/** Every position repeated in a square. */
export function enlargeMask(mask: Float32Array, fromPx: number, toPx: number): Float32Array {
  const factor = toPx / fromPx;
  return Float32Array.from({ length: toPx ** 2 }, (_, at) => {
    const [row, column] = [Math.floor(at / toPx), at % toPx];
    return mask[Math.floor(row / factor) * fromPx + Math.floor(column / factor)]!;
  });
}
