/** Makes colours stronger or weaker. */
import type { Augmentation } from "./augmentation";
import { greyOf, mapValues } from "./value-map";

/** Every value v of 0 to 1 becomes f · v + (1 - f) · g, g the grey of its pixel (torchvision's adjust_saturation). */
export const saturation: Augmentation = {
  title: "Colour strength",
  description: "Moves colours away from grey, or towards it; 0 leaves grey.",
  stream: 6,
  range: { label: "Factor", least: 0, most: 3, from: 0.8, to: 1.2 },
  changes: ["colour"],
  degradation: null,
  movesPixels: false,
  apply(pixels, factor) {
    const grey = greyOf(pixels);
    return mapValues(pixels, (value, at) => factor * value + (1 - factor) * grey[at % grey.length]!);
  },
};
