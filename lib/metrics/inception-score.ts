/** Inception score: how sure and how varied a classifier's guesses about a set of pictures are. */
import { SemblanceError } from "@/lib/errors";
import { checkFeatures, type Features, rowBlocks } from "./features";

/**
 * exp of the mean Kullback–Leibler divergence of each picture's class distribution from the set's average one
 * (Salimans et al., NeurIPS 2016), over all pictures at once. Between 1 and the number of classes.
 *
 * The published protocol averages over ten tenths of 5000 pictures; a tenth of a small set would measure its size.
 *
 * @param logits one row of class scores per picture, before softmax
 * @throws SemblanceError `invalid_input` without pictures or with values that are not finite
 */
export function inceptionScore(logits: Features): number {
  checkFeatures(logits, "logits");
  const { count, dims } = logits;
  if (count === 0) {
    throw new SemblanceError("invalid_input", "The Inception score needs at least one picture.", {
      remedy: "Add pictures.",
    });
  }
  const average = new Float64Array(dims);
  let negativeEntropies = 0;
  for (const { block } of rowBlocks(logits, 1)) {
    const row = block.values;
    let largest = Number.NEGATIVE_INFINITY;
    for (const value of row) largest = Math.max(largest, value);
    let total = 0;
    for (const value of row) total += Math.exp(value - largest);
    const logTotal = Math.log(total) + largest;
    for (let j = 0; j < dims; j++) {
      const logProbability = row[j]! - logTotal;
      const probability = Math.exp(logProbability);
      average[j]! += probability / count;
      negativeEntropies += probability * logProbability;
    }
  }
  let averageNegativeEntropy = 0;
  for (const probability of average) {
    if (probability > 0) averageNegativeEntropy += probability * Math.log(probability);
  }
  return Math.exp(negativeEntropies / count - averageNegativeEntropy);
}
