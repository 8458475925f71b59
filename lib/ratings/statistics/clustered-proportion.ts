/** A proportion and its interval when the captions and raters behind the votes repeat. */
import { SemblanceError } from "@/lib/errors";
import { compactIndices } from "./compact-indices";
import { criticalValue, toTwoWayClusters, twoWayVariance } from "./two-way-variance";

export type Proportion = {
  /** Mean score in [0, 1]; null without observations. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Number of observations. */
  readonly votes: number;
};

/**
 * Mean of `scores` in [0, 1] (1 won, 0 lost, 0.5 tied) with Wilson's score interval, in which the number of votes
 * is replaced by the effective number p (1 - p) / V, V being the two-way clustered variance of the mean. Unlike
 * p ± 1.96 √V it stays inside [0, 1] and does not shrink to a point at 0 or 1, where the plain number of votes
 * is used.
 */
export function clusteredProportion(
  scores: Float64Array,
  caption: ArrayLike<number>,
  rater: ArrayLike<number>,
  coverage: number,
): Proportion {
  const n = scores.length;
  if (caption.length !== n || rater.length !== n) {
    throw new SemblanceError("invalid_input", "Scores, captions and raters differ in number.");
  }
  if (n === 0) return { value: null, low: null, high: null, votes: 0 };
  let p = 0;
  for (const score of scores) p += score;
  p /= n;
  const contributions = scores.map((score) => (score - p) / n);
  const [captionIndex, captionCount] = compactIndices(caption);
  const [raterIndex, raterCount] = compactIndices(rater);
  const clusters = toTwoWayClusters(captionIndex, raterIndex, captionCount, raterCount);
  const variance = twoWayVariance(clusters, contributions).total;
  const effective = variance > 0 ? (p * (1 - p)) / variance : n;
  return { value: p, ...wilsonInterval(p, effective, criticalValue(clusters, coverage)), votes: n };
}

/**
 * Wilson's score interval (JASA 22, 1927) for a proportion `p` of `n` observations, `z` standard errors to either
 * side; `n` may be fractional.
 */
export function wilsonInterval(p: number, n: number, z: number): { low: number; high: number } {
  const z2 = z * z;
  const centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n)) * (z / (1 + z2 / n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}
