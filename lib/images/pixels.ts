/** An image in memory: as it is decoded, and as networks take it. */

/** 8-bit sRGB. `data` is row-major RGB, interleaved: width · height · 3 bytes. */
export type RgbImage = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Three float planes [3, height, width], row-major: the order in which networks take images. */
export type Planes = { readonly width: number; readonly height: number; readonly data: Float32Array };

/** The same values, 0 to 255, as planes. */
export function toPlanes({ width, height, data }: RgbImage): Planes {
  const area = width * height;
  const planes = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    planes[i] = data[3 * i]!;
    planes[area + i] = data[3 * i + 1]!;
    planes[2 * area + i] = data[3 * i + 2]!;
  }
  return { width, height, data: planes };
}

/**
 * Images of one size as the input of a network: (x / 255 - mean) / deviation per channel, [images, 3, height, width].
 */
export function toNormalisedBatch(
  images: readonly RgbImage[],
  { means, deviations }: { means: readonly number[]; deviations: readonly number[] },
): Float32Array {
  const area = images.length === 0 ? 0 : images[0]!.width * images[0]!.height;
  const batch = new Float32Array(images.length * 3 * area);
  for (const [n, { data }] of images.entries()) {
    for (let channel = 0; channel < 3; channel++) {
      const start = (3 * n + channel) * area;
      const [mean, deviation] = [means[channel]!, deviations[channel]!];
      for (let i = 0; i < area; i++) batch[start + i] = (data[3 * i + channel]! / 255 - mean) / deviation;
    }
  }
  return batch;
}

/**
 * The middle `size` × `size` pixels.
 *
 * @param roundMargin what becomes of half an odd margin; by default as in torchvision's CenterCrop, to the even number
 */
export function cropCentre(
  { width, height, data }: RgbImage,
  size: number,
  roundMargin: (half: number) => number = roundHalfToEven,
): RgbImage {
  const [left, top] = [roundMargin((width - size) / 2), roundMargin((height - size) / 2)];
  const cropped = new Uint8Array(size * size * 3);
  for (let y = 0; y < size; y++) {
    const start = ((top + y) * width + left) * 3;
    cropped.set(data.subarray(start, start + size * 3), y * size * 3);
  }
  return { width: size, height: size, data: cropped };
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
