/** Images of 8 bits per colour, and the numbers that models compute with. */

export type RgbImage = {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Rows from the top, with red, green and blue of each pixel interleaved: widthPx · heightPx · 3 bytes. */
  readonly data: Uint8Array;
};

/** Pixels [3, size, size] in [-1, 1], channel by channel, rounded to 8 bits; values outside are limited. */
export function pixelsToRgb(pixels: Float32Array, sizePx: number): RgbImage {
  const area = sizePx ** 2;
  const data = new Uint8Array(3 * area);
  for (let channel = 0; channel < 3; channel++) {
    for (let position = 0; position < area; position++) {
      const value = Math.round((pixels[channel * area + position]! + 1) * 127.5);
      data[3 * position + channel] = Math.min(255, Math.max(0, value));
    }
  }
  return { widthPx: sizePx, heightPx: sizePx, data };
}

/** The inverse of pixelsToRgb, except for its rounding: [3, height, width] in [-1, 1]. */
export function rgbToPixels({ widthPx, heightPx, data }: RgbImage): Float32Array {
  const area = widthPx * heightPx;
  const pixels = new Float32Array(3 * area);
  for (let channel = 0; channel < 3; channel++) {
    for (let position = 0; position < area; position++) {
      pixels[channel * area + position] = data[3 * position + channel]! / 127.5 - 1;
    }
  }
  return pixels;
}
