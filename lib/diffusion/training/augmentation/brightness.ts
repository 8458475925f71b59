/** Makes an image brighter or darker. */
import type { Augmentation } from "./augmentation";
import { mapValues } from "./value-map";

/** Every value v of 0 to 1 becomes f · v (torchvision's adjust_brightness). */
export const brightness: Augmentation = {
  title: "Brightness",
  description: "Multiplies all values.",
  stream: 4,
  range: { label: "Factor", least: 0, most: 3, from: 0.8, to: 1.2 },
  changes: ["colour", "light"],
  degradation: null,
  movesPixels: false,
  apply: (pixels, factor) => mapValues(pixels, (value) => factor * value),
};
