/** Dawid and Skene's model: how reliable each rater is, without knowing the correct answers. */
import { compactIndices } from "./compact-indices";
import { outcomeLeft, outcomeRight, placesWhere, type VoteTable, valuesAt } from "./vote-table";

/** Labels in columns: `label[i]` in 0 … classCount - 1, given by `rater[i]` to `item[i]`. */
export type Labels = {
  readonly item: Int32Array;
  readonly rater: Int32Array;
  readonly label: Int32Array;
  readonly itemCount: number;
  readonly raterCount: number;
  readonly classCount: number;
};

export type DawidSkeneResult = {
  /** How frequent each class is, length classCount. */
  readonly prior: Float64Array;
  /** P(class of item | all labels), shape [itemCount, classCount]. */
  readonly posterior: Float64Array;
  /** P(rater says l | class is k), shape [raterCount, classCount, classCount]. */
  readonly confusion: Float64Array;
  /** Per rater Σ_k prior_k · confusion[k][k]: the expected share of answers equal to the item's class. */
  readonly reliability: Float64Array;
  readonly iterations: number;
};

// EM is slow at the end, when the classes of a few disputed items still drift but reliabilities are stable to three digits.
const maxIterations = 100;
/** Mean change of the posterior probabilities at which EM stops. */
const tolerance = 1e-4;

/**
 * EM for the classes of items and the confusion matrices of raters (Dawid & Skene, Applied Statistics 28, 1979),
 * started from the share of each label per item.
 *
 * Raters with few answers would get matrices of zeros and ones. So each row is shrunk towards the matrix of all
 * raters combined, with the weight of `pseudoAnswers` answers; in that matrix one answer per row is spread evenly.
 */
export function dawidSkene(labels: Labels, pseudoAnswers = 4): DawidSkeneResult {
  const { item, rater, label, itemCount, raterCount, classCount } = labels;
  const size = classCount * classCount;
  const posterior = new Float64Array(itemCount * classCount);
  // Where an answer's item begins, and where its rater's share of it is.
  const ofItem = item.map((index) => index * classCount);
  const ofAnswer = rater.map((index, i) => index * size + label[i]!);
  for (let i = 0; i < item.length; i++) posterior[ofItem[i]! + label[i]!]! += 1;
  normaliseRows(posterior, classCount);
  const prior = new Float64Array(classCount);
  const confusion = new Float64Array(raterCount * size);
  const pooled = new Float64Array(size);
  const logConfusion = new Float64Array(raterCount * size);

  let iterations = 0;
  for (
    let change = Number.POSITIVE_INFINITY;
    change > tolerance && iterations < maxIterations;
    iterations++
  ) {
    prior.fill(1);
    for (let i = 0; i < posterior.length; i++) prior[i % classCount]! += posterior[i]!;
    normaliseRows(prior, classCount);

    confusion.fill(0);
    pooled.fill(1 / classCount);
    for (let i = 0; i < item.length; i++) {
      const [start, answer, given] = [ofItem[i]!, ofAnswer[i]!, label[i]!];
      for (let k = 0; k < classCount; k++) {
        const weight = posterior[start + k]!;
        confusion[answer + k * classCount]! += weight;
        pooled[k * classCount + given]! += weight;
      }
    }
    normaliseRows(pooled, classCount);
    for (let at = 0; at < confusion.length; at++) confusion[at]! += pseudoAnswers * pooled[at % size]!;
    normaliseRows(confusion, classCount);

    for (let at = 0; at < confusion.length; at++) logConfusion[at] = Math.log(confusion[at]!);
    const logPosterior = new Float64Array(posterior.length);
    for (let at = 0; at < logPosterior.length; at++) logPosterior[at] = Math.log(prior[at % classCount]!);
    for (let i = 0; i < item.length; i++) {
      const [start, answer] = [ofItem[i]!, ofAnswer[i]!];
      for (let k = 0; k < classCount; k++) logPosterior[start + k]! += logConfusion[answer + k * classCount]!;
    }
    change = 0;
    for (let start = 0; start < posterior.length; start += classCount) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classCount; k++) largest = Math.max(largest, logPosterior[start + k]!);
      let sum = 0;
      for (let k = 0; k < classCount; k++) {
        const weight = Math.exp(logPosterior[start + k]! - largest);
        logPosterior[start + k] = weight;
        sum += weight;
      }
      for (let k = 0; k < classCount; k++) {
        const value = logPosterior[start + k]! / sum;
        change += Math.abs(value - posterior[start + k]!) / posterior.length;
        posterior[start + k] = value;
      }
    }
  }

  const reliability = new Float64Array(raterCount);
  for (let r = 0; r < raterCount; r++) {
    for (let k = 0; k < classCount; k++)
      reliability[r]! += prior[k]! * confusion[r * size + k * classCount + k]!;
  }
  return { prior, posterior, confusion, reliability, iterations };
}

/**
 * The decisive votes as labels: items are (caption, unordered pair), the class is which of the two arms is better,
 * 0 for the one named first in the study. A reliability of 0.5 is guessing, 1 is always agreeing with the item's class.
 *
 * Ties and "both bad" are left out: raters choose them for items about which they are undecided, and if they were classes
 * of their own, EM would classify every disputed item as a tie.
 */
export function votesToLabels(table: VoteTable): Labels {
  const armCount = table.arms.length;
  const votes = placesWhere(
    table.voteCount,
    (i) => table.outcome[i] === outcomeLeft || table.outcome[i] === outcomeRight,
  );
  const key = new Float64Array(votes.length);
  const label = new Int32Array(votes.length);
  for (let at = 0; at < votes.length; at++) {
    const i = votes[at]!;
    const first = Math.min(table.left[i]!, table.right[i]!);
    const second = Math.max(table.left[i]!, table.right[i]!);
    key[at] = (table.caption[i]! * armCount + first) * armCount + second;
    const isLeftFirst = table.left[i] === first;
    label[at] = (table.outcome[i] === outcomeLeft) === isLeftFirst ? 0 : 1;
  }
  const [item, itemCount] = compactIndices(key);
  return {
    item,
    itemCount,
    rater: valuesAt(table.rater, votes),
    raterCount: table.raters.length,
    label,
    classCount: 2,
  };
}

function normaliseRows(matrix: Float64Array, width: number): void {
  for (let start = 0; start < matrix.length; start += width) {
    let sum = 0;
    for (let k = 0; k < width; k++) sum += matrix[start + k]!;
    if (sum > 0) for (let k = 0; k < width; k++) matrix[start + k]! /= sum;
  }
}
