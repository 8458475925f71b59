/** Blurs an image. */
import { type Augmentation, sideOf } from "./augmentation";

/**
 * A Gaussian with standard deviation σ, on whole pixels up to 3σ away, whose weights add up to 1; beyond its edges the
 * image is mirrored without repeating the outermost pixel (torchvision's gaussian_blur).
 */
export const blur: Augmentation = {
  title: "Blur",
  description: "Blurs with a Gaussian.",
  stream: 8,
  range: { label: "Standard deviation", unit: "% of the side", least: 0, most: 10, from: 0.8, to: 2.5 },
  changes: ["sharpness"],
  degradation: "blurred",
  movesPixels: false,
  apply(pixels, percent) {
    const size = sideOf(pixels);
    const weights = gaussianWeights((percent / 100) * size, size);
    const across = blurLines(pixels, weights, { size, step: 1, lineStep: size });
    return blurLines(across, weights, { size, step: size, lineStep: 1 });
  },
};

/** Of the distances 0, 1, 2, ..., at most size - 1. */
function gaussianWeights(deviation: number, size: number): number[] {
  const reach = Math.min(size - 1, Math.ceil(3 * deviation));
  if (reach === 0) return [1];
  const heights = Array.from({ length: reach + 1 }, (_, away) => Math.exp(-0.5 * (away / deviation) ** 2));
  const sum = heights.reduce((total, height, away) => total + (away === 0 ? height : 2 * height), 0);
  return heights.map((height) => height / sum);
}

function blurLines(
  pixels: Float32Array,
  weights: readonly number[],
  { size, step, lineStep }: { size: number; step: number; lineStep: number },
): Float32Array {
  const blurred = new Float32Array(pixels.length);
  const inside = (place: number) => (place < 0 ? -place : place < size ? place : 2 * (size - 1) - place);
  for (let channel = 0; channel < 3; channel++) {
    for (let line = 0; line < size; line++) {
      const start = channel * size ** 2 + line * lineStep;
      for (let at = 0; at < size; at++) {
        let sum = weights[0]! * pixels[start + at * step]!;
        for (let away = 1; away < weights.length; away++) {
          const before = pixels[start + inside(at - away) * step]!;
          sum += weights[away]! * (before + pixels[start + inside(at + away) * step]!);
        }
        blurred[start + at * step] = sum;
      }
    }
  }
  return blurred;
}
