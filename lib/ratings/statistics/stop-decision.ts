/** Whether a study that is looked at again and again may stop: are the compared arms told apart by now? */
import { anytimeReach } from "./confidence-sequence";
import { davidson } from "./davidson";
import { normalQuantile } from "./distributions";
import { tableToPairCounts, voteContributions } from "./pair-counts";
import { voteSensitivities } from "./pairwise-model";
import type { Quantity } from "./two-way-bootstrap";
import { criticalValue, fewestClusters, tableToClusters, twoWayVariance } from "./two-way-variance";
import { comparingVotes, type VoteTable } from "./vote-table";

export type ArmDifference = {
  first: string;
  second: string;
  /** Log strength of the second arm less that of the first, and its anytime-valid interval. */
  difference: number;
  low: number;
  high: number;
};

export type StopDecision = {
  stop: boolean;
  /** Answers that say which arm is better, or that both are equal. */
  votes: number;
  /** Answers "neither", which the rule does not count. */
  neither: number;
  differences: ArmDifference[];
};

/** Fewer votes say too little of their own spread for an interval that relies on many. */
const fewestVotes = 30;

/**
 * Stops when the intervals of all `pairs` exclude zero. They hold at all times at once, so that one looks as often as
 * one likes: with one pair the chance of ever stopping without a difference is at most 1 - coverage, with several it
 * is at most that for every pair that does not differ. Before 30 votes, 5 captions and 5 raters it never stops.
 *
 * The standard error is two-way clustered, widened by Student's t over the normal quantile while clusters are few.
 * Captions and raters that only ever got "neither" count neither as votes nor as clusters.
 *
 * @param pairs of indices into `table.arms`
 * @param tightestAtVotes number of votes at which the study is likely to stop, fixed before it starts
 */
export function decideStop(
  table: VoteTable,
  pairs: readonly (readonly [number, number])[],
  { tightestAtVotes, coverage }: { tightestAtVotes: number; coverage: number },
): StopDecision {
  const judged = comparingVotes(table);
  const votes = judged.voteCount;
  const neither = table.voteCount - votes;
  const clusters = tableToClusters(judged);
  if (votes < fewestVotes || Math.min(clusters.captionCount, clusters.raterCount) < fewestClusters) {
    return { stop: false, votes, neither, differences: [] };
  }
  const fit = davidson.fit(tableToPairCounts(judged));
  const quantities = pairs.map(
    ([first, second]): Quantity =>
      ({ logStrength }) =>
        logStrength[second]! - logStrength[first]!,
  );
  const widening = criticalValue(clusters, coverage) / normalQuantile((1 + coverage) / 2);
  const differences = voteSensitivities(davidson, fit, quantities).map(
    ({ influence, modelVariance }, index) => {
      const clustered = twoWayVariance(clusters, voteContributions(judged, influence)).total;
      // Votes that all agree have no spread, which is no certainty.
      const variance = fit.method === "weak-prior" ? Math.max(clustered, modelVariance) : clustered;
      const standardError = widening * Math.sqrt(variance);
      const reach = anytimeReach(standardError, votes, tightestAtVotes, coverage);
      const [first, second] = pairs[index]!;
      const difference = quantities[index]!(fit);
      return {
        first: table.arms[first]!,
        second: table.arms[second]!,
        difference,
        low: difference - reach,
        high: difference + reach,
      };
    },
  );
  return { stop: differences.every(({ low, high }) => low > 0 || high < 0), votes, neither, differences };
}
