/** Planning: how many votes a difference needs, and what a budget of votes will show. */
import { SemblanceError } from "@/lib/errors";
import { armPairCount } from "./arm-pairs";
import { davidson } from "./davidson";
import { normalQuantile } from "./distributions";
import { logStrengthsToRatings } from "./elo";
import { tableToPairCounts, voteContributions } from "./pair-counts";
import { type Quantity, voteSensitivities } from "./pairwise-model";
import { type SimulatedStudy, simulateVotes } from "./simulate-study";
import { criticalValue, tableToClusters, twoWayVariance } from "./two-way-variance";
import type { VoteTable } from "./vote-table";

/**
 * Independent votes on one pair that tell a true win rate from 1/2, by the normal approximation
 * n = ((z_(1 - α/2) / 2 + z_power √(p (1 - p))) / (p - 1/2))². Repeated captions and raters make it more:
 * see `leastVotesPerItem`.
 *
 * @param winRate in (0, 1) and not 1/2
 * @param power chance of finding the difference, in (0, 1)
 * @param significance two-sided error level α, in (0, 1)
 * @throws SemblanceError `invalid_input` for values out of range
 */
export function votesForWinRate(winRate: number, power = 0.8, significance = 0.05): number {
  checkShare("The win rate", winRate);
  checkShare("The power", power);
  checkShare("The significance level", significance);
  if (winRate === 0.5) {
    throw new SemblanceError("invalid_input", "No number of votes tells a win rate of 50% from 50%.", {
      remedy: "Name the smallest win rate that would matter, for instance 55%.",
    });
  }
  const spread =
    normalQuantile(1 - significance / 2) / 2 + normalQuantile(power) * Math.sqrt(winRate * (1 - winRate));
  return Math.ceil((spread / (winRate - 0.5)) ** 2);
}

/** The log strength that an arm must have over another to win at `winRate`, ties counting half each. */
export function winRateToLogStrength(winRate: number): number {
  checkShare("The win rate", winRate);
  return Math.log(winRate / (1 - winRate));
}

export type StudyPrediction = {
  readonly votes: number;
  readonly votesPerRater: number;
  /** Mean reach of the 95% interval to either side of an arm's rating, in Elo points, by arm. */
  readonly ratingReach: readonly number[];
  /** For every pair of arms, by index, how often the study tells them apart. */
  readonly pairs: readonly { readonly first: number; readonly second: number; readonly power: number }[];
};

export type PredictionOptions = {
  /** Simulated studies; 200 give the power to within 3 to 7 percentage points. */
  readonly studies?: number;
  readonly seed?: number;
};

const coverage = 0.95;

/**
 * What a study will show if `study` is the truth, from simulated studies with effects of captions and raters.
 * Intervals are the two-way clustered ones of the leaderboard, without the resampling.
 *
 * @throws SemblanceError `invalid_input` as `simulateVotes`
 */
export function predictStudy(
  study: SimulatedStudy,
  { studies = 200, seed = 1 }: PredictionOptions = {},
): StudyPrediction {
  const arms = [...study.logStrength.keys()];
  const pairs = arms.flatMap((first) => arms.slice(first + 1).map((second) => ({ first, second })));
  const ratings = arms.map(
    (arm): Quantity =>
      ({ logStrength }) =>
        logStrengthsToRatings(logStrength)[arm]!,
  );
  const differences = pairs.map(
    ({ first, second }): Quantity =>
      ({ logStrength }) =>
        logStrength[second]! - logStrength[first]!,
  );
  const reach = arms.map(() => 0);
  const found = pairs.map(() => 0);
  for (let s = 0; s < studies; s++) {
    const estimates = estimate(simulateVotes(study, seed + s), [...ratings, ...differences]);
    estimates.forEach((one, q) => {
      if (q < arms.length) reach[q]! += one.reach / studies;
      else if (Math.abs(one.value) > one.reach) found[q - arms.length]! += 1;
    });
  }
  const shownPairs = armPairCount(arms.length, study.opponents ?? null);
  const votes = study.captions * shownPairs * study.votesPerItem;
  return {
    votes,
    votesPerRater: votes / study.raters,
    ratingReach: reach,
    pairs: pairs.map((pair, index) => ({ ...pair, power: found[index]! / studies })),
  };
}

/**
 * The fewest raters per item with which a study tells its least different pair of arms apart with the given power,
 * and the prediction for it; null where even all raters on every item do not suffice, so that captions or raters
 * must be added.
 */
export function leastVotesPerItem(
  study: Omit<SimulatedStudy, "votesPerItem">,
  power = 0.8,
  options: PredictionOptions = {},
): { votesPerItem: number; prediction: StudyPrediction } | null {
  checkShare("The power", power);
  const predict = (votesPerItem: number) => predictStudy({ ...study, votesPerItem }, options);
  const suffices = ({ pairs }: StudyPrediction) => pairs.every((pair) => pair.power >= power);
  let enough = study.raters;
  let prediction = predict(enough);
  if (!suffices(prediction)) return null;
  let tooFew = 0;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    const candidate = predict(middle);
    if (suffices(candidate)) {
      enough = middle;
      prediction = candidate;
    } else {
      tooFew = middle;
    }
  }
  return { votesPerItem: enough, prediction };
}

/** Values of quantities and how far their intervals reach, from the model's influence function. */
function estimate(table: VoteTable, quantities: readonly Quantity[]): { value: number; reach: number }[] {
  const fit = davidson.fit(tableToPairCounts(table));
  const clusters = tableToClusters(table);
  const critical = criticalValue(clusters, coverage);
  return voteSensitivities(davidson, fit, quantities).map(({ influence }, q) => {
    const variance = twoWayVariance(clusters, voteContributions(table, influence)).total;
    return { value: quantities[q]!(fit), reach: critical * Math.sqrt(variance) };
  });
}

function checkShare(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new SemblanceError("invalid_input", `${name} must lie between 0 and 1, not ${value}.`);
  }
}
