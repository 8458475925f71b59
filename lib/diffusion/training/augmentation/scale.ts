/** Enlarges or reduces an image about its middle. */
import type { Augmentation } from "./augmentation";
import { warp } from "./warp";

export const scale: Augmentation = {
  title: "Scale",
  description: "Enlarges or reduces about the middle; below 1, mirrored edges fill the border.",
  stream: 2,
  range: { label: "Factor", least: 0.5, most: 2, from: 0.9, to: 1.1 },
  changes: ["size"],
  degradation: null,
  movesPixels: true,
  apply: (pixels, factor) => warp(pixels, (x, y) => [x / factor, y / factor]),
};
