/** Whether a study that is checked again and again may stop: are the compared arms separated yet? */
import { normalQuantile } from "../numerics/distributions";
import { contrastReach, contrastSpread, contrastValue, differenceOf } from "./arm-estimates";
import { anytimeReach } from "./confidence-sequence";
import { davidson } from "./davidson";
import { pairEstimates } from "./pair-estimates";
import { comparingVotes, type VoteTable } from "./vote-table";

export type AnytimeDifference = {
  first: string;
  second: string;
  /** Log strength of the second arm minus that of the first, and its anytime-valid interval. */
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
  /** For the pairs that have been compared so far, directly or indirectly. */
  differences: AnytimeDifference[];
};

/** The interval is asymptotic: fewer votes say too little about their own variance. */
const fewestVotes = 30;
const fewestClusters = 5;

/**
 * Stops when the intervals of all `pairs` exclude zero. They hold at all times at once, so one may look as often as
 * one likes: with one pair the probability of ever stopping without a difference is at most 1 - coverage, with several it
 * is at most that for every pair that does not differ. Before 30 votes, 5 captions and 5 raters it never stops.
 *
 * The standard error is that of the leaderboard's differences (`contrastSpread`), widened by Student's t over the
 * normal quantile while clusters are few. Captions and raters with only "neither" count neither as votes nor
 * as clusters.
 *
 * @param pairs of indices into `table.arms`
 * @param tightestAtVotes number of votes at which the study is likely to stop, fixed before it starts
 */
export function decideStop(
  table: VoteTable,
  pairs: readonly (readonly [number, number])[],
  { tightestAtVotes, coverage }: { tightestAtVotes: number; coverage: number },
): StopDecision {
  const compared = comparingVotes(table);
  const votes = compared.voteCount;
  const neither = table.voteCount - votes;
  if (votes < fewestVotes || Math.min(compared.captions.length, compared.raters.length) < fewestClusters) {
    return { stop: false, votes, neither, differences: [] };
  }
  const { estimates } = pairEstimates(compared, davidson);
  const normal = normalQuantile((1 + coverage) / 2);
  const indexOf = new Map(compared.arms.map((arm, index) => [arm, index]));
  const differences = pairs.flatMap(([a, b]): AnytimeDifference[] => {
    const [first, second] = [table.arms[a]!, table.arms[b]!];
    const [i, j] = [indexOf.get(first), indexOf.get(second)];
    if (i === undefined || j === undefined || estimates.group[i] !== estimates.group[j]) return [];
    const contrast = differenceOf(j, i);
    const standardError = contrastReach(contrastSpread(estimates, contrast), coverage) / normal;
    const reach = anytimeReach(standardError, votes, tightestAtVotes, coverage);
    const difference = contrastValue(estimates, contrast);
    return [{ first, second, difference, low: difference - reach, high: difference + reach }];
  });
  const isToldApart = differences.every(({ low, high }) => low > 0 || high < 0);
  return { stop: isToldApart && differences.length === pairs.length, votes, neither, differences };
}
