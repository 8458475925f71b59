/** Images as values from 0 to 1, in which formulas of brightness, contrast and colour are published. */

/** Each value v of [-1, 1] becomes that of `map((v + 1) / 2)`, limited to 0 to 1. @param map told the value and its position */
export function mapValues(
  pixels: Float32Array,
  map: (value: number, position: number) => number,
): Float32Array {
  return pixels.map((value, position) => {
    const mapped = map((value + 1) / 2, position);
    return 2 * Math.min(1, Math.max(0, mapped)) - 1;
  });
}

/** Weights of red, green and blue in an image's grey (ITU-R BT.601, as in torchvision's rgb_to_grayscale). */
const [red, green, blue] = [0.2989, 0.587, 0.114];

/** The grey of each pixel, [size, size], from 0 to 1. */
export function greyOf(pixels: Float32Array): Float64Array {
  const area = pixels.length / 3;
  return Float64Array.from({ length: area }, (_, at) => {
    const value = (channel: number) => (pixels[channel * area + at]! + 1) / 2;
    return red * value(0) + green * value(1) + blue * value(2);
  });
}
