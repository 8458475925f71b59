/** FID and similar metrics: the Fréchet distance with its interval, and the warning that few images bias it. */
import { counted } from "@/lib/text/counted";
import {
  distanceFromGaussianWithInterval,
  type FrechetEstimate,
  frechetDistanceWithInterval,
} from "./frechet-interval";
import type { FeatureMeasure } from "./measure";

/** Below this number of images, FID measures their number as much as their quality (its authors' advice). */
const ENOUGH = 2048;

export const frechetMeasure: FeatureMeasure = {
  intervalOf: "expected",
  recipe: { statistic: "exact Fréchet distance, covariance with n - 1" },
  async measure({ real, generated, clusters, random }) {
    const estimate = await frechetDistanceWithInterval(real, generated, random, {
      names: ["real", "generated"],
      clusters: [clusters.real, clusters.generated],
    });
    const least = Math.min(real.count, generated.count);
    return measurementOf(estimate, least, "these sets");
  },
  async measureAgainstGaussian({ real, generated, clusters, random }) {
    const names: [string, string] = ["the stored statistics", "generated"];
    const estimate = await distanceFromGaussianWithInterval(real, generated, random, names, clusters);
    const measurement = measurementOf(estimate, generated.count, "the generated set alone");
    const limits =
      "The number of images behind the stored statistics is unknown: interval and bias are those of the " +
      "generated images alone.";
    return { ...measurement, warnings: [...measurement.warnings, limits] };
  },
};

/** @param measuredOn what the halves were drawn from */
function measurementOf({ value, interval, bias }: FrechetEstimate, images: number, measuredOn: string) {
  // With few images, halves overestimate the bias, so it may exceed the distance of which it is a part.
  const amount =
    bias === null || bias < value
      ? bias?.toPrecision(2)
      : `its whole amount (the usual estimate is ${bias.toPrecision(2)})`;
  const size = amount === undefined ? "" : ` by about ${amount}, measured on halves of ${measuredOn}`;
  const flag =
    `${counted(images, "image is", "images are")} fewer than ${ENOUGH}: the value is too high${size}, and its interval covers the ` +
    "expected value at this number of images, not the unbiased distance. Compare it only with values from the same " +
    "number of images; KID does not have this bias.";
  return { value, interval, warnings: images < ENOUGH ? [flag] : [], recipe: { bias } };
}
