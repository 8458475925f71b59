/** Enlargement of a picture as an upsampler sees it. */

/**
 * Bilinear with pixels' centres aligned, as torch's interpolate without align_corners; edges repeat.
 *
 * @param pixels [3, size, size]
 * @returns [3, size · factor, size · factor]
 */
export function enlargeBilinear(
  pixels: Float32Array,
  size: number,
  factor: number,
): Float32Array<ArrayBuffer> {
  const large = size * factor;
  const result = new Float32Array(3 * large ** 2);
  const places = Array.from({ length: large }, (_, at) => {
    const place = Math.max(0, (at + 0.5) / factor - 0.5);
    const first = Math.floor(place);
    return { first, second: Math.min(first + 1, size - 1), share: place - first };
  });
  for (let channel = 0; channel < 3; channel++) {
    const plane = pixels.subarray(channel * size ** 2, (channel + 1) * size ** 2);
    for (const [y, row] of places.entries()) {
      for (const [x, column] of places.entries()) {
        const along = (from: number) =>
          plane[from * size + column.first]! * (1 - column.share) +
          plane[from * size + column.second]! * column.share;
        result[(channel * large + y) * large + x] =
          along(row.first) * (1 - row.share) + along(row.second) * row.share;
      }
    }
  }
  return result;
}
