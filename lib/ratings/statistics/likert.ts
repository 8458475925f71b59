/** Means of scores on a scale of a few points, per arm. */
import { type ArmEstimates, toArmEstimates } from "./arm-estimates";
import { observationsToClusters } from "./clustered-estimates";
import { twoWayJackknife } from "./two-way-jackknife";

/** One judgement of one arm's picture on a scale, for instance 1–5. */
export type Score = {
  readonly caption: string;
  readonly rater: string;
  readonly arm: string;
  readonly score: number;
};

/**
 * Mean score per arm, in order of appearance, and how means and their differences vary over captions and raters. A
 * difference varies less than two means suggest, since captions and raters that are hard on one arm are hard on the
 * other.
 *
 * An arm that always got the same score would have no variance at all. So no mean is taken to be surer than if one of
 * its scores could as well have been another, as far away as scores are from their mean: a standard error of s / n for
 * n scores, s being the standard deviation of all.
 *
 * @param scores at least one
 */
export function meanScores(scores: readonly Score[]): ArmEstimates {
  const arms = [...new Set(scores.map(({ arm }) => arm))];
  const indexOf = new Map(arms.map((arm, index) => [arm, index]));
  const armOf = Int32Array.from(scores, ({ arm }) => indexOf.get(arm)!);
  const size = arms.length;
  const counts = new Float64Array(size);
  const values = new Float64Array(size);
  scores.forEach(({ score }, i) => {
    counts[armOf[i]!]! += 1;
    values[armOf[i]!]! += score;
  });
  for (let arm = 0; arm < size; arm++) values[arm]! /= counts[arm]!;

  const clusters = observationsToClusters(scores);
  const informationFactor = new Float64Array(size * size);
  for (let arm = 0; arm < size; arm++) informationFactor[arm * size + arm] = Math.sqrt(counts[arm]!);
  const covariance = twoWayJackknife(
    {
      size,
      informationFactor,
      observe(i, into) {
        into.count = 1;
        into.parameters[0] = armOf[i]!;
        into.scores[0] = scores[i]!.score - values[armOf[i]!]!;
        into.information[0] = 1;
      },
      widest: 1,
      remainder: 1,
    },
    clusters,
  );
  const grandMean = scores.reduce((sum, { score }) => sum + score, 0) / scores.length;
  const spread = scores.reduce((sum, { score }) => sum + (score - grandMean) ** 2, 0) / scores.length;
  const model = new Float64Array(size * size);
  for (let arm = 0; arm < size; arm++) model[arm * size + arm] = spread / counts[arm]! ** 2;
  return toArmEstimates(
    arms,
    values,
    { ...covariance, model },
    clusters,
    (i) => [armOf[i]!],
    arms.map(() => 0),
  );
}
