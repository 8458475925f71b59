/** Shows an image in coarse squares. */
import { type Augmentation, sideOf } from "./augmentation";

/** Every square of the grid gets the mean of its pixels; those at the right and lower edge may be smaller. */
export const pixelation: Augmentation = {
  title: "Pixelation",
  description: "Replaces squares by their mean colour.",
  stream: 9,
  range: { label: "Side of a square", unit: "% of the side", least: 0, most: 50, from: 3, to: 8 },
  changes: ["sharpness"],
  degradation: "pixelated",
  movesPixels: false,
  apply(pixels, percent) {
    const size = sideOf(pixels);
    const side = Math.max(1, Math.round((percent / 100) * size));
    const coarse = new Float32Array(pixels.length);
    for (let top = 0; top < 3 * size; ) {
      // Rows of the three channels lie below each other; a square ends with its channel.
      const bottom = Math.min(top + side, (Math.floor(top / size) + 1) * size);
      for (let left = 0; left < size; left += side) {
        fillWithMean(pixels, coarse, { top, bottom, left, right: Math.min(left + side, size) }, size);
      }
      top = bottom;
    }
    return coarse;
  },
};

function fillWithMean(
  pixels: Float32Array,
  into: Float32Array,
  { top, bottom, left, right }: { top: number; bottom: number; left: number; right: number },
  size: number,
): void {
  let sum = 0;
  for (let y = top; y < bottom; y++) for (let x = left; x < right; x++) sum += pixels[y * size + x]!;
  const mean = sum / ((bottom - top) * (right - left));
  for (let y = top; y < bottom; y++) into.fill(mean, y * size + left, y * size + right);
}
