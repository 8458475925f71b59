/** Raises or lowers an image's contrast. */
import type { Augmentation } from "./augmentation";
import { greyOf, mapValues } from "./value-map";

/** Every value v of 0 to 1 becomes f · v + (1 - f) · m, m the mean grey of the image (torchvision's adjust_contrast). */
export const contrast: Augmentation = {
  title: "Contrast",
  description: "Moves all values away from the mean grey, or towards it.",
  stream: 5,
  range: { label: "Factor", least: 0, most: 3, from: 0.8, to: 1.2 },
  changes: ["light"],
  degradation: null,
  movesPixels: false,
  apply(pixels, factor) {
    const grey = greyOf(pixels);
    const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
    return mapValues(pixels, (value) => factor * value + (1 - factor) * mean);
  },
};
