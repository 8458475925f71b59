/** Cuts a square out of an image and enlarges it. */
import { type Augmentation, sideOf } from "./augmentation";
import { warp } from "./warp";

export const crop: Augmentation = {
  title: "Crop",
  description: "Cuts a square out at a random place and enlarges it to the whole image.",
  stream: 1,
  range: { label: "Share of the area", least: 0.1, most: 1, from: 0.6, to: 1 },
  changes: ["size"],
  degradation: null,
  movesPixels: true,
  apply(pixels, share, random) {
    const side = Math.sqrt(share);
    const room = ((1 - side) * sideOf(pixels)) / 2;
    const right = room * (2 * random.uniform() - 1);
    const down = room * (2 * random.uniform() - 1);
    return warp(pixels, (x, y) => [side * x + right, side * y + down]);
  },
};
