/** Turns colours around the colour wheel. */
import type { Augmentation } from "./augmentation";

/** Adds an angle to each pixel's hue and keeps saturation and value in HSV (torchvision's adjust_hue). */
export const hue: Augmentation = {
  title: "Hue",
  description: "Turns all colours around the colour wheel.",
  stream: 7,
  range: { label: "Angle", unit: "°", least: -180, most: 180, from: -15, to: 15 },
  changes: ["colour"],
  degradation: null,
  movesPixels: false,
  apply(pixels, degrees) {
    const area = pixels.length / 3;
    const turned = new Float32Array(pixels.length);
    for (let at = 0; at < area; at++) {
      const rgb = [0, 1, 2].map((channel) => (pixels[channel * area + at]! + 1) / 2);
      for (const [channel, value] of turnHue(rgb as [number, number, number], degrees / 60).entries()) {
        turned[channel * area + at] = 2 * value - 1;
      }
    }
    return turned;
  },
};

/** @param sixths of the wheel, added to the hue */
function turnHue([r, g, b]: readonly [number, number, number], sixths: number): number[] {
  const most = Math.max(r, g, b);
  const chroma = most - Math.min(r, g, b);
  if (chroma === 0) return [r, g, b];
  const from = most === r ? (g - b) / chroma : most === g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
  const place = from + sixths;
  // Red, green and blue of a hue: the same trapezium, moved by a third of the wheel (Smith 1978).
  return [5, 3, 1].map((shift) => {
    const k = (((place + shift) % 6) + 6) % 6;
    return most - chroma * Math.max(0, Math.min(k, 4 - k, 1));
  });
}
