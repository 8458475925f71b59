/** Bilinear resizing without antialiasing, in the two conventions of FID implementations. */
import type { Planes } from "./pixels";

/**
 * Where output pixel i of n samples an input of m pixels: `tensorflow-1` at i·m/n (pixels are points at their top left
 * corner; tf.image.resize_bilinear of TensorFlow 1), `half-pixel` at (i + ½)·m/n - ½ (PyTorch's interpolate with
 * align_corners=False).
 */
export type PixelCentres = "tensorflow-1" | "half-pixel";

type Taps = { readonly lower: Int32Array; readonly upper: Int32Array; readonly weight: Float32Array };

/**
 * The planes at a new size, each value interpolated between its four neighbours; enlarging and reducing alike, so
 * that a strong reduction skips pixels, as the original FID does.
 *
 * The ratio of sizes, and TensorFlow's positions, are rounded to float32 where the references round them: without it
 * values at the far edge of a large image are off by thousandths.
 */
export function resizeBilinear(planes: Planes, width: number, height: number, centres: PixelCentres): Planes {
  const columns = tapsOf(planes.width, width, centres);
  const rows = tapsOf(planes.height, height, centres);
  const resized = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    const source = channel * planes.width * planes.height;
    const target = channel * width * height;
    for (let y = 0; y < height; y++) {
      const above = source + rows.lower[y]! * planes.width;
      const below = source + rows.upper[y]! * planes.width;
      const down = rows.weight[y]!;
      for (let x = 0; x < width; x++) {
        const [left, right, across] = [columns.lower[x]!, columns.upper[x]!, columns.weight[x]!];
        const a = planes.data[above + left]!;
        const b = planes.data[below + left]!;
        const top = a + (planes.data[above + right]! - a) * across;
        const bottom = b + (planes.data[below + right]! - b) * across;
        resized[target + y * width + x] = top + (bottom - top) * down;
      }
    }
  }
  return { width, height, data: resized };
}

function tapsOf(inputSize: number, outputSize: number, centres: PixelCentres): Taps {
  const scale = Math.fround(inputSize / outputSize);
  const lower = new Int32Array(outputSize);
  const upper = new Int32Array(outputSize);
  const weight = new Float32Array(outputSize);
  for (let i = 0; i < outputSize; i++) {
    const position = centres === "half-pixel" ? Math.max(0, scale * (i + 0.5) - 0.5) : Math.fround(scale * i);
    lower[i] = Math.min(Math.floor(position), inputSize - 1);
    upper[i] = Math.min(lower[i]! + 1, inputSize - 1);
    weight[i] = position - lower[i]!;
  }
  return { lower, upper, weight };
}
