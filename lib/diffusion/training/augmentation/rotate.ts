/** Turns an image about its middle. */
import type { Augmentation } from "./augmentation";
import { warp } from "./warp";

export const rotate: Augmentation = {
  title: "Rotate",
  description: "Turns about the middle, clockwise above 0; mirrored edges fill the corners.",
  stream: 3,
  range: { label: "Angle", unit: "°", least: -180, most: 180, from: -10, to: 10 },
  changes: ["orientation"],
  degradation: null,
  movesPixels: true,
  apply(pixels, degrees) {
    const [sine, cosine] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
    return warp(pixels, (x, y) => [cosine * x + sine * y, cosine * y - sine * x]);
  },
};
