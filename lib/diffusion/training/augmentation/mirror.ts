/** Swaps left and right. */
import { type Augmentation, sideOf } from "./augmentation";

export const mirror: Augmentation = {
  title: "Mirror",
  description: "Swaps left and right.",
  stream: 0,
  range: null,
  changes: ["side"],
  degradation: null,
  movesPixels: true,
  apply(pixels) {
    const size = sideOf(pixels);
    return pixels.map((_, at) => {
      const column = at % size;
      return pixels[at - column + size - 1 - column]!;
    });
  },
};
