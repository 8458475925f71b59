/** The agreement of two vectors of grounding values, by rank and by weight (Jiang et al., EMNLP 2019, TIGEr). */

/** The steepness of the weights' sigmoid in the authors' released code. */
const STEEPNESS = 1.5;

/**
 * Normalised discounted cumulative gain of the candidate's order: gains are the reference's values brought to 0–1, the
 * i-th place (from 1) counts 1 / log2(i + 1), and the reference's own order is 1. Where the reference has no order
 * (all values equal), nothing can disagree with it: 1.
 */
export function rankAgreement(reference: ArrayLike<number>, candidate: ArrayLike<number>): number {
  const values = Array.from(reference);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (high === low) return 1;
  const gain = (order: readonly number[]) =>
    order.reduce((sum, at, place) => sum + (values[at]! - low) / (high - low) / Math.log2(place + 2), 0);
  return gain(descending(candidate)) / gain(descending(reference));
}

/**
 * 1 - σ(1.5 · (D + R)) with D the Kullback–Leibler divergence of the softmaxed candidate from the softmaxed reference
 * and R = ln(‖reference‖ / ‖candidate‖), 0 where a vector is zero. Equal vectors give 0.5; more than that means that
 * the candidate's values are the larger ones.
 */
export function weightAgreement(reference: ArrayLike<number>, candidate: ArrayLike<number>): number {
  const [p, q] = [softmax(reference), softmax(candidate)];
  const divergence = p.reduce((sum, each, i) => sum + each * Math.log(each / q[i]!), 0);
  const [longer, shorter] = [length(reference), length(candidate)];
  const ratio = longer === 0 || shorter === 0 ? 0 : Math.log(longer / shorter);
  return 1 / (1 + Math.exp(STEEPNESS * (divergence + ratio)));
}

/** The mean of both agreements, between 0 and 1; 0.75 for equal vectors. */
export function groundingScore(reference: ArrayLike<number>, candidate: ArrayLike<number>): number {
  return (rankAgreement(reference, candidate) + weightAgreement(reference, candidate)) / 2;
}

/** Indices in descending order of their values; ties keep their order. */
function descending(values: ArrayLike<number>): number[] {
  return Array.from(values, (_, at) => at).sort((a, b) => values[b]! - values[a]!);
}

function softmax(values: ArrayLike<number>): number[] {
  const exponentials = Array.from(values, (value) => Math.exp(value));
  const sum = exponentials.reduce((total, each) => total + each, 0);
  return exponentials.map((each) => each / sum);
}

function length(values: ArrayLike<number>): number {
  return Math.hypot(...Array.from(values));
}
