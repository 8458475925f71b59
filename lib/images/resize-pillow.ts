/** Pillow's antialiased resizing: bicubic on 8-bit images (CLIP) and float planes (Clean-FID), bilinear (SSCD). */
import type { Planes, RgbImage } from "./pixels";

/** The weights of one output position: `weights[k]` belongs to input `first + k`; they add up to 1. */
type Window = { readonly first: number; readonly weights: Float64Array };

/** Pillow's 8-bit path keeps weights in fixed point with 32 - 8 - 2 bits behind the point. */
const WEIGHT_BITS = 22;

/**
 * The image at a new size as Pillow's `Image.resize(size, BICUBIC)` gives it, to the bit: rows first, then columns,
 * each pass rounded and clipped to 0–255.
 */
export function resizeBicubic(image: RgbImage, width: number, height: number): RgbImage {
  return resizeBy(bicubic, image, width, height);
}

/** The same with `BILINEAR`, which is antialiased too where the image gets smaller. */
export function resizeAntialiasedBilinear(image: RgbImage, width: number, height: number): RgbImage {
  return resizeBy(bilinear, image, width, height);
}

function resizeBy(filter: Filter, image: RgbImage, width: number, height: number): RgbImage {
  const across = image.width === width ? image : resizeRows(image, windowsOf(filter, image.width, width));
  return image.height === height ? across : resizeColumns(across, windowsOf(filter, image.height, height));
}

/** The short side brought to `size`, the other in proportion and rounded down (torchvision's Resize). */
export function resizeShortSide(image: RgbImage, size: number): RgbImage {
  const { width, height } = image;
  if (width <= height) return resizeBicubic(image, size, Math.trunc((size * height) / width));
  return resizeBicubic(image, Math.trunc((size * width) / height), size);
}

/** Float planes at a new size as Pillow resizes mode "F" images: summed in float64, float32 after each pass. */
export function resizeBicubicPlanes(planes: Planes, width: number, height: number): Planes {
  const columnWindows = windowsOf(bicubic, planes.width, width);
  const rowWindows = windowsOf(bicubic, planes.height, height);
  const across = new Float32Array(3 * width * planes.height);
  for (let line = 0; line < 3 * planes.height; line++) {
    for (let x = 0; x < width; x++) {
      const { first, weights } = columnWindows[x]!;
      let sum = 0;
      for (let k = 0; k < weights.length; k++)
        sum += planes.data[line * planes.width + first + k]! * weights[k]!;
      across[line * width + x] = sum;
    }
  }
  const resized = new Float32Array(3 * width * height);
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const { first, weights } = rowWindows[y]!;
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) {
          sum += across[(channel * planes.height + first + k) * width + x]! * weights[k]!;
        }
        resized[(channel * height + y) * width + x] = sum;
      }
    }
  }
  return { width, height, data: resized };
}

function resizeRows({ width, height, data }: RgbImage, windows: readonly Window[]): RgbImage {
  const fixed = windows.map(toFixedPoint);
  const newWidth = windows.length;
  const resized = new Uint8Array(newWidth * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < newWidth; x++) {
      const { first, weights } = fixed[x]!;
      const from = (y * width + first) * 3;
      storeWeighted(resized, (y * newWidth + x) * 3, data, from, 3, weights);
    }
  }
  return { width: newWidth, height, data: resized };
}

function resizeColumns({ width, data }: RgbImage, windows: readonly Window[]): RgbImage {
  const newHeight = windows.length;
  const resized = new Uint8Array(width * newHeight * 3);
  for (let y = 0; y < newHeight; y++) {
    const { first, weights } = toFixedPoint(windows[y]!);
    for (let x = 0; x < width; x++) {
      storeWeighted(resized, (y * width + x) * 3, data, (first * width + x) * 3, width * 3, weights);
    }
  }
  return { width, height: newHeight, data: resized };
}

/** Writes the weighted sums of the pixels at `from`, `from + stride`, ... rounded to 8 bits. */
function storeWeighted(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  from: number,
  stride: number,
  weights: Int32Array,
): void {
  const half = 1 << (WEIGHT_BITS - 1);
  let [red, green, blue] = [half, half, half];
  for (let k = 0; k < weights.length; k++) {
    const pixel = from + k * stride;
    red += source[pixel]! * weights[k]!;
    green += source[pixel + 1]! * weights[k]!;
    blue += source[pixel + 2]! * weights[k]!;
  }
  target[at] = Math.min(255, Math.max(0, red >> WEIGHT_BITS));
  target[at + 1] = Math.min(255, Math.max(0, green >> WEIGHT_BITS));
  target[at + 2] = Math.min(255, Math.max(0, blue >> WEIGHT_BITS));
}

function toFixedPoint({ first, weights }: Window): { first: number; weights: Int32Array } {
  const scale = 1 << WEIGHT_BITS;
  return { first, weights: Int32Array.from(weights, (w) => Math.trunc(w * scale + (w < 0 ? -0.5 : 0.5))) };
}

/** Windows of the filter for every output position; reducing widens it by the ratio, which is the antialiasing. */
function windowsOf({ support, weightAt }: Filter, inputSize: number, outputSize: number): Window[] {
  const scale = inputSize / outputSize;
  const stretch = Math.max(1, scale);
  const reach = support * stretch;
  return Array.from({ length: outputSize }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const end = Math.min(inputSize, Math.trunc(centre + reach + 0.5));
    const weights = Float64Array.from({ length: end - first }, (_, k) =>
      weightAt((first + k - centre + 0.5) * (1 / stretch)),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return { first, weights: weights.map((weight) => weight * (1 / total)) };
  });
}

/** Weights by the distance from the centre, 0 from `support` on. */
type Filter = { readonly support: number; readonly weightAt: (distance: number) => number };

const bilinear: Filter = { support: 1, weightAt: (distance) => Math.max(0, 1 - Math.abs(distance)) };
const bicubic: Filter = { support: 2, weightAt: cubic };

/** Keys' cubic with a = -½, Pillow's choice (OpenCV and PyTorch take -¾). */
function cubic(position: number): number {
  const a = -0.5;
  const x = Math.abs(position);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return 0;
}
