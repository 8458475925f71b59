/** Inception score: how confident and how varied a classifier's predictions for a set of images are. */
import { SemblanceError } from "@/lib/errors";
import { checkFeatures, type Features, rowBlocks } from "../features/features";
import {
  type Clusters,
  type Interval,
  singletons,
  spreadOfContributions,
  studentInterval,
} from "../intervals/intervals";
import type { FeatureMeasure } from "./measure";

/**
 * exp of the mean Kullback–Leibler divergence of each image's class distribution from the set's average one
 * (Salimans et al., NeurIPS 2016), over all images at once. Between 1 and the number of classes.
 *
 * The published protocol averages over ten parts of 5000 images; with a tenth of a small set, the score would measure its size.
 *
 * The interval is for the expected value at this number of images. The logarithm of the score is the mean of the images'
 * divergences from the average prediction, which are also their contributions.
 *
 * @param clusters by default each image is a cluster of its own
 * @param logits one row of class scores per image, before softmax
 * @throws SemblanceError `invalid_input` without images or with values that are not finite
 */
export function inceptionScoreWithInterval(
  logits: Features,
  clusters: Clusters = singletons(logits.count),
): { value: number; interval: Interval | null } {
  checkFeatures(logits, "logits");
  const { count } = logits;
  if (count === 0) {
    throw new SemblanceError("invalid_input", "The Inception score needs at least one image.", {
      remedy: "Add images.",
    });
  }
  const average = new Float64Array(logits.dims);
  for (const { probabilities } of guesses(logits)) {
    for (let j = 0; j < average.length; j++) average[j]! += probabilities[j]! / count;
  }
  const divergences = new Float64Array(count);
  for (const { i, probabilities, logProbabilities } of guesses(logits)) {
    for (let j = 0; j < average.length; j++) {
      const probability = probabilities[j]!;
      if (probability > 0) divergences[i]! += probability * (logProbabilities[j]! - Math.log(average[j]!));
    }
  }
  const mean = divergences.reduce((sum, each) => sum + each, 0) / count;
  const spread = spreadOfContributions([
    { values: divergences.map((each) => (each - mean) / count), clusters },
  ]);
  const bounds = spread && studentInterval(mean, spread);
  return {
    value: Math.exp(mean),
    interval: bounds && { low: Math.exp(Math.max(0, bounds.low)), high: Math.exp(bounds.high) },
  };
}

function* guesses(
  logits: Features,
): Generator<{ i: number; probabilities: Float64Array; logProbabilities: Float64Array }> {
  for (const { start, block } of rowBlocks(logits, 1)) {
    const row = block.values;
    let largest = Number.NEGATIVE_INFINITY;
    for (const value of row) largest = Math.max(largest, value);
    let total = 0;
    for (const value of row) total += Math.exp(value - largest);
    const logTotal = Math.log(total) + largest;
    const logProbabilities = Float64Array.from(row, (value) => value - logTotal);
    yield { i: start, probabilities: logProbabilities.map(Math.exp), logProbabilities };
  }
}

export const inceptionScoreMeasure: FeatureMeasure = {
  intervalOf: "expected",
  recipe: { statistic: "exp of mean KL, all pictures in one split" },
  measure: ({ generated, clusters }) => inceptionScoreWithInterval(generated, clusters.generated),
};
