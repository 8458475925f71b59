/** Planning: how many votes a difference needs, and what a given number of votes will show. */
import { SemblanceError } from "@/lib/errors";
import { normalQuantile } from "../numerics/distributions";
import { type ArmDifference, armDifferences, comparisonCount } from "./arm-differences";
import type { ArmEstimates } from "./arm-estimates";
import { armPairCount } from "./arm-pairs";
import { wilsonInterval } from "./clustered-proportion";
import { coverage } from "./compare-arms";
import { davidson } from "./davidson";
import { eloPerLogStrength } from "./elo";
import { pairEstimates } from "./pair-estimates";
import { type SimulatedStudy, simulateVotes } from "./simulate-study";
import { comparingVotes } from "./vote-table";

/**
 * Number of independent votes on one pair needed to separate a true win rate from 1/2, by the normal approximation
 * n = ((z_(1 - α/2) / 2 + z_power √(p (1 - p))) / (p - 1/2))². Repeated captions and raters increase it:
 * see `planStudy`.
 *
 * @param winRate in (0, 1) and not 1/2
 * @param power probability of finding the difference, in (0, 1)
 * @param significance two-sided error level α, in (0, 1)
 * @throws SemblanceError `invalid_input` for values out of range
 */
export function votesForWinRate(winRate: number, power = 0.8, significance = 0.05): number {
  checkShare("The win rate", winRate);
  checkShare("The power", power);
  checkShare("The significance level", significance);
  if (winRate === 0.5) {
    throw new SemblanceError(
      "invalid_input",
      "A win rate of 50% is no difference, so no number of votes can detect it.",
      {
        remedy: "Give the smallest win rate that would matter, for example 55%.",
      },
    );
  }
  const spread =
    normalQuantile(1 - significance / 2) / 2 + normalQuantile(power) * Math.sqrt(winRate * (1 - winRate));
  return Math.ceil((spread / (winRate - 0.5)) ** 2);
}

/**
 * The difference in log strength at which an arm wins at `winRate`, ties as half, under Davidson's
 * model: with x² the odds, (x² + νx/2) / (x² + νx + 1) = winRate. For one caption and one rater; `plannedTruth` is for
 * many that differ.
 *
 * @param tieParameter Davidson's ν
 */
export function winRateToLogStrength(winRate: number, tieParameter = 0): number {
  checkShare("The win rate", winRate);
  const tied = tieParameter * (winRate - 0.5);
  return 2 * Math.log((tied + Math.sqrt(tied * tied + 4 * winRate * (1 - winRate))) / (2 * (1 - winRate)));
}

/** The results of one simulated study, as its leaderboard would show them. */
export type SimulatedResult = {
  /** For the arms that were judged, by their names in the simulation. */
  readonly estimates: ArmEstimates | null;
  /** For all pairs of arms, in their order. */
  readonly differences: readonly ArmDifference[];
};

/** @throws SemblanceError `invalid_input` as `simulateVotes` */
export function simulateResult(study: SimulatedStudy, seed: number): SimulatedResult {
  const table = simulateVotes(study, seed);
  const compared = comparingVotes(table);
  const estimates = compared.voteCount > 0 ? pairEstimates(compared, davidson).estimates : null;
  return {
    estimates,
    differences: armDifferences(table.arms, estimates, { coverage, unit: eloPerLogStrength }),
  };
}

export type PairPower = {
  readonly first: number;
  readonly second: number;
  /** Share of the simulated studies that separate the two, and its 95% interval (Wilson). */
  readonly power: number;
  readonly low: number;
  readonly high: number;
  /** Mean reach of the 95% interval of the difference to either side, in Elo points. */
  readonly reach: number;
};

export type StudyPrediction = {
  readonly votes: number;
  /** Mean over the raters. */
  readonly votesPerRater: number;
  /** Number of pairs that decisions are adjusted for. */
  readonly comparisons: number;
  /** For every pair of arms, by index. */
  readonly pairs: readonly PairPower[];
};

/** What simulated studies of one design predict for the next one. @param results of at least one study */
export function summariseResults(
  study: SimulatedStudy,
  results: readonly SimulatedResult[],
): StudyPrediction {
  const arms = [...study.logStrength.keys()];
  const pairs = arms.flatMap((first) => arms.slice(first + 1).map((second) => ({ first, second })));
  const votes = study.captions * armPairCount(arms.length, study.opponents ?? null) * study.votesPerItem;
  const n = results.length;
  return {
    votes,
    votesPerRater: votes / study.raters,
    comparisons: Math.max(...results.map(({ differences }) => comparisonCount(differences))),
    pairs: pairs.map((pair, index) => {
      const own = results.map(({ differences }) => differences[index]!);
      const power = own.filter(({ isSeparated }) => isSeparated).length / n;
      const reaches = own.flatMap(({ low, high }) =>
        low === null || high === null ? [] : [(high - low) / 2],
      );
      return {
        ...pair,
        power,
        ...wilsonInterval(power, n, normalQuantile(0.975)),
        reach: reaches.reduce((sum, reach) => sum + reach, 0) / Math.max(1, reaches.length),
      };
    }),
  };
}

/**
 * What a study will show if `study` is the truth: how often its leaderboard separates each pair of arms, adjusted for all
 * pairs as the leaderboard is.
 *
 * @throws SemblanceError `invalid_input` as `simulateVotes`
 */
export function predictStudy(
  study: SimulatedStudy,
  { studies = 200, seed = 1 }: { studies?: number; seed?: number } = {},
): StudyPrediction {
  return summariseResults(
    study,
    Array.from({ length: studies }, (_, index) => simulateResult(study, seed + index)),
  );
}

function checkShare(name: string, value: number): void {
  if (!(value > 0 && value < 1)) {
    throw new SemblanceError("invalid_input", `${name} must lie between 0 and 1, not ${value}.`);
  }
}
