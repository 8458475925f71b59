/** Adds noise. */
import type { Augmentation } from "./augmentation";
import { mapValues } from "./value-map";

/** To every value of 0 to 1 a normal number with standard deviation σ is added. */
export const noise: Augmentation = {
  title: "Noise",
  description: "Adds Gaussian noise to every value.",
  stream: 10,
  range: { label: "Standard deviation", unit: "of 1", least: 0, most: 0.5, from: 0.03, to: 0.12 },
  changes: ["sharpness"],
  degradation: "noisy",
  movesPixels: false,
  apply(pixels, deviation, random) {
    const added = random.normals(pixels.length);
    return mapValues(pixels, (value, at) => value + deviation * added[at]!);
  },
};
