/** Where in an image each fur colour lies: what the attribute reader looks at. */
import { furColours } from "../world/attributes";
import { furs } from "../world/palette";

/** Side of the images that are read, in pixels, and of the grid of cells that they are divided into. */
export const readSizePx = 64;
const gridSize = 8;

/** Distance in RGB, 0 to 1 per channel, at which a pixel counts 0.6 towards a palette colour. */
const tolerance = 0.12;

/** Length of an image's features: a number per cell and fur colour, and a constant. */
export const featureCount = gridSize ** 2 * furColours.length + 1;

const palette = furColours.map((colour) => hexToRgb(furs[colour].own));

/**
 * For each cell and fur colour the mean of exp(-d² / 2·tolerance²) over the cell's pixels, d the distance of pixel and
 * colour in RGB; then 1.
 *
 * @param data [64, 64, 3] RGB, 0 to 255, rows from the top
 * @returns [featureCount], values from 0 to 1
 */
export function paletteFeatures(data: Uint8Array): Float64Array {
  const features = new Float64Array(featureCount);
  const cellPx = readSizePx / gridSize;
  for (let y = 0; y < readSizePx; y++) {
    for (let x = 0; x < readSizePx; x++) {
      const cell = Math.floor(y / cellPx) * gridSize + Math.floor(x / cellPx);
      const pixel = 3 * (y * readSizePx + x);
      for (const [at, colour] of palette.entries()) {
        let squares = 0;
        for (let channel = 0; channel < 3; channel++) {
          squares += (data[pixel + channel]! / 255 - colour[channel]!) ** 2;
        }
        features[cell * palette.length + at]! += Math.exp(-squares / (2 * tolerance ** 2)) / cellPx ** 2;
      }
    }
  }
  features[featureCount - 1] = 1;
  return features;
}

function hexToRgb(hex: string): readonly number[] {
  return [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255);
}
