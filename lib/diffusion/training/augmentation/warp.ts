/** Moves the pixels of an image by a map of places. */
import { sideOf } from "./augmentation";

/**
 * At each pixel of the new image the value at its source, interpolated bilinearly between pixel centres. Beyond its
 * edges the image is mirrored (PyTorch's grid_sample with padding_mode="reflection", align_corners=False).
 *
 * @param toSource from the centre of a pixel to its source, both in pixels from the image's middle: right, down
 */
export function warp(
  pixels: Float32Array,
  toSource: (right: number, down: number) => readonly [right: number, down: number],
): Float32Array {
  const size = sideOf(pixels);
  const area = size ** 2;
  const middle = (size - 1) / 2;
  const moved = new Float32Array(pixels.length);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [right, down] = toSource(x - middle, y - middle);
      const [column, row] = [mirrored(right + middle, size), mirrored(down + middle, size)];
      const [left, top] = [Math.floor(column), Math.floor(row)];
      const [nextColumn, nextRow] = [Math.min(left + 1, size - 1), Math.min(top + 1, size - 1)];
      const [across, downward] = [column - left, row - top];
      for (let start = 0; start < pixels.length; start += area) {
        const at = (r: number, c: number) => pixels[start + r * size + c]!;
        const above = at(top, left) * (1 - across) + at(top, nextColumn) * across;
        const below = at(nextRow, left) * (1 - across) + at(nextRow, nextColumn) * across;
        moved[start + y * size + x] = above * (1 - downward) + below * downward;
      }
    }
  }
  return moved;
}

/** A place within 0 and size - 1: one outside is mirrored at the outer edge of the outermost pixel. */
export function mirrored(place: number, size: number): number {
  const period = 2 * size;
  const within = (((place + 0.5) % period) + period) % period;
  const folded = (within < size ? within : period - within) - 0.5;
  return Math.min(size - 1, Math.max(0, folded));
}
