/** Means of scores on a scale of a few points, per arm, and their differences. */
import {
  type ClusteredEstimate,
  clusteredEstimate,
  type InfluencedEstimate,
  observationsToClusters,
} from "./clustered-estimates";

/** One judgement of one arm's picture on a scale, for instance 1–5. */
export type Score = {
  readonly caption: string;
  readonly rater: string;
  readonly arm: string;
  readonly score: number;
};

export type ArmMean = InfluencedEstimate & { readonly scores: number };

export type MeanDifference = ClusteredEstimate & { readonly arm: string; readonly opponent: string };

/**
 * Mean score per arm and difference of means for every pair (arm minus opponent, arms in order of appearance),
 * with intervals of `coverage` over captions and raters. A difference is narrower than two means suggest, since
 * captions and raters that are hard on one arm are hard on the other.
 */
export function meanScores(
  scores: readonly Score[],
  coverage: number,
): { means: ArmMean[]; differences: MeanDifference[] } {
  const clusters = observationsToClusters(scores);
  const arms = [...new Set(scores.map(({ arm }) => arm))];
  const influences = arms.map((arm) => {
    const own = scores.filter((score) => score.arm === arm);
    const mean = own.reduce((sum, { score }) => sum + score, 0) / own.length;
    const influence = Float64Array.from(scores, (score) =>
      score.arm === arm ? (score.score - mean) / own.length : 0,
    );
    return { arm, mean, influence, count: own.length };
  });
  const means = influences.map(({ arm, mean, influence, count }) => ({
    arm,
    scores: count,
    influence,
    ...clusteredEstimate(mean, influence, clusters, coverage),
  }));
  const differences = influences.flatMap((first, i) =>
    influences.slice(i + 1).map((second) => ({
      arm: first.arm,
      opponent: second.arm,
      ...clusteredEstimate(
        first.mean - second.mean,
        first.influence.map((value, at) => value - second.influence[at]!),
        clusters,
        coverage,
      ),
    })),
  );
  return { means, differences };
}
