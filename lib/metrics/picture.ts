/** A picture in memory: 8-bit sRGB, the form in which every extractor receives it. */

/** `data` is row-major RGB, interleaved: width · height · 3 bytes. */
export type Picture = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** Three float planes [3, height, width], row-major: the order in which networks take pictures. */
export type Planes = { readonly width: number; readonly height: number; readonly data: Float32Array };

/** The same values, 0 to 255, as planes. */
export function pictureToPlanes({ width, height, data }: Picture): Planes {
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
 * Pictures of one size as the input of a network: (x / 255 - mean) / deviation per channel, [pictures, 3, height, width].
 */
export function toNormalisedBatch(
  pictures: readonly Picture[],
  { means, deviations }: { means: readonly number[]; deviations: readonly number[] },
): Float32Array {
  const area = pictures.length === 0 ? 0 : pictures[0]!.width * pictures[0]!.height;
  const batch = new Float32Array(pictures.length * 3 * area);
  for (const [n, { data }] of pictures.entries()) {
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
  { width, height, data }: Picture,
  size: number,
  roundMargin: (half: number) => number = roundHalfToEven,
): Picture {
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
