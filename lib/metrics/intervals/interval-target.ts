/** The quantity that an interval covers: small sets give biased scores, and an interval must state whether it includes the bias. */
import type { Recipe } from "../scores/score";
import type { Clusters } from "./intervals";

/** Texts of recipes, which do not change (see Recipe). */
export const intervalTargets = {
  /** Of means of one value per image. */
  mean: "the mean over further captions",
  "mean-given-real": "the mean over further captions, against these real pictures",
  /** Of statistics of whole sets that are biased by few images. */
  expected: "the expected value at this number of captions and pictures, its bias included",
  /** Several images of one caption are more alike than the population's, which moves an unbiased estimate too. */
  "expected-unbiased": "the expected value, which is the populations' own where each caption has one picture",
} as const;

export type IntervalTarget = keyof typeof intervalTargets;

/** For the recipe. @param clusters of the generated images */
export function describeInterval(target: IntervalTarget, clusters: Clusters): Recipe {
  return { interval: "95%", intervalOf: intervalTargets[target], clusters: new Set(clusters).size };
}

/** Several images of one caption say nothing about other captions. */
export function warnOfOneCaption(clusters: Clusters): string[] {
  return clusters.length > 1 && new Set(clusters).size === 1
    ? ["All images are of one caption: there is no interval for others."]
    : [];
}
