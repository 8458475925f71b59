/** The leaderboard: from votes to ratings, intervals, ranks, agreement and everything printed beside them. */
import { bradleyTerry } from "./bradley-terry";
import { davidson } from "./davidson";
import { logStrengthsToRatings } from "./elo";
import { type Agreement, agreementWithinPairs, voteAgreement } from "./krippendorff-alpha";
import { connectedArms, tableToPairCounts } from "./pair-counts";
import type { PairwiseFit, PairwiseModel, PairwiseParameters } from "./pairwise-model";
import { lowerBoundRanks, upperBoundRanks } from "./ranks";
import {
  isWayCertain,
  lengthOfTheWay,
  type ShareOfTheWay,
  shareOfTheWay,
  type Way,
} from "./share-of-the-way";
import { type SideBias, sideBias } from "./side-bias";
import { type BootstrapResult, type Estimate, type Quantity, twoWayBootstrap } from "./two-way-bootstrap";
import { type ClusterBasis, fewestClusters } from "./two-way-variance";
import type { Vote } from "./vote";
import { outcomeBothBad, outcomeTie, type VoteTable, votesToTable } from "./vote-table";
import { type WinMatrix, winMatrix } from "./win-matrix";

export type LeaderboardOptions = {
  /** Seed of the resampling; the same votes and seed give the same numbers, bit for bit. Default 1. */
  readonly seed?: number;
  /** Bootstrap replicates. Default 1000. */
  readonly replicates?: number;
  /** All arms of the study, in the order wanted; arms without votes get a row without rating. */
  readonly arms?: readonly string[];
  /** "davidson" (default) models ties and the left side's advantage; "bradley-terry" counts a tie as half a win. */
  readonly model?: PairwiseModel["name"];
  /** The arms between which `shareOfTheWay` is measured, for instance original model and real photographs. */
  readonly way?: Way;
};

/** One arm. Field names are the columns of published leaderboards (FastChat's first six), and of our exports. */
export type LeaderboardRow = {
  readonly arm: string;
  /** Elo scale, the mean over arms being 1000; null for an arm that was never judged against another. */
  readonly rating: number | null;
  readonly rating_q025: number | null;
  readonly rating_q975: number | null;
  /** Variance of the rating in Elo points squared. */
  readonly variance: number | null;
  /** Votes that the arm took part in, ties and "both bad" included. */
  readonly num_battles: number;
  /** Rank by upper bound, as FastChat defines its column; the same as `rank_ub`. */
  readonly final_ranking: number | null;
  readonly rank_ub: number | null;
  readonly rank_lb: number | null;
  readonly wins: number;
  readonly losses: number;
  readonly ties: number;
  readonly both_bad: number;
  readonly n_raters: number;
  readonly n_captions: number;
};

/** Log strengths by arm, relative to the first arm, whose value is 0; null for arms that were never judged. */
export type StrengthByArm = Readonly<Record<string, number | null>>;

export type Leaderboard = {
  /** Best first; arms without rating last. */
  readonly rows: readonly LeaderboardRow[];
  readonly arms: readonly string[];
  readonly voteCount: number;
  readonly captionCount: number;
  readonly raterCount: number;
  /** The model behind `rows`. */
  readonly model: PairwiseModel["name"];
  readonly davidson: {
    readonly logStrength: StrengthByArm;
    /** ν ≥ 0: at equal strengths and without side bias, ties are ν / (2 + ν) of the answers. Null without votes. */
    readonly tieParameter: number | null;
    /** Log odds that the left side gains merely by standing there. */
    readonly leftAdvantage: number | null;
    readonly method: PairwiseFit["method"] | null;
  };
  readonly bradleyTerry: {
    readonly logStrength: StrengthByArm;
    readonly method: PairwiseFit["method"] | null;
  };
  readonly krippendorffAlpha: Agreement;
  /** α with chance taken within the pair. */
  readonly agreementWithinPairs: Agreement;
  readonly sideBias: SideBias;
  readonly winMatrix: WinMatrix;
  /** Empty unless `way` was given and its ends differ for certain. */
  readonly shareOfTheWay: readonly ShareOfTheWay[];
  /** Which repeats the intervals take into account. */
  readonly basis: ClusterBasis;
  readonly seed: number;
  readonly replicates: number;
  /** What a reader must know before trusting the numbers, in sentences. */
  readonly warnings: readonly string[];
};

/** Beyond this share of resamples without finite strengths, the prior and not the votes decides where intervals end. */
const roughShare = 0.02;

/** Coverage of all intervals; the columns' names (q025, q975) promise it. */
const coverage = 0.95;

/**
 * Everything that the leaderboard shows, from the votes alone. Deterministic.
 *
 * @throws SemblanceError `invalid_input` for votes that `votesToTable` refuses.
 */
export function computeLeaderboard(votes: readonly Vote[], options: LeaderboardOptions = {}): Leaderboard {
  return tableToLeaderboard(votesToTable(votes, options.arms), options);
}

/** As `computeLeaderboard`, for votes that are already in columns; `options.arms` is taken from the table. */
export function tableToLeaderboard(table: VoteTable, options: LeaderboardOptions = {}): Leaderboard {
  const { seed = 1, replicates = 1000, model: modelName = "davidson", way } = options;
  const tallies = tallyArms(table);
  const { judged, indices } = restrictToJudgedArms(table, tallies);
  const warnings: string[] = [];

  const fits = judged
    ? {
        davidson: davidson.fit(tableToPairCounts(judged)),
        bradleyTerry: bradleyTerry.fit(tableToPairCounts(judged)),
      }
    : null;
  const armCount = judged?.arms.length ?? 0;
  const from = way && judged ? judged.arms.indexOf(way.from) : -1;
  const to = way && judged ? judged.arms.indexOf(way.to) : -1;
  const hasWay = from >= 0 && to >= 0 && from !== to;
  if (way && !hasWay)
    warnings.push(`There is no way from "${way.from}" to "${way.to}": one of them was never judged.`);

  const quantities: Quantity[] = Array.from({ length: armCount }, (_, arm) => ratingOf(arm));
  const between = hasWay ? [...Array(armCount).keys()].filter((arm) => arm !== from && arm !== to) : [];
  if (hasWay) {
    quantities.push(lengthOfTheWay(from, to), ...between.map((arm) => shareOfTheWay(arm, from, to)));
  }
  const bootstrap = judged
    ? twoWayBootstrap(judged, modelName === "davidson" ? davidson : bradleyTerry, quantities, {
        seed,
        replicates,
        coverage,
      })
    : null;
  const ratings = bootstrap?.estimates.slice(0, armCount) ?? [];
  const [length, ...shares] = bootstrap?.estimates.slice(armCount) ?? [];
  const isCertain = length !== undefined && isWayCertain(length);
  if (hasWay && !isCertain) {
    warnings.push(`"${way!.from}" and "${way!.to}" cannot be told apart, so no share of the way is given.`);
  }
  if (judged) warnings.push(...modelWarnings(judged, bootstrap));

  const toNames = (fit: PairwiseFit | undefined): StrengthByArm =>
    Object.fromEntries(table.arms.map((arm, index) => [arm, strengthOf(fit, indices[index]!)]));
  return {
    rows: leaderboardRows(table, tallies, indices, ratings),
    arms: table.arms,
    voteCount: table.voteCount,
    captionCount: table.captions.length,
    raterCount: table.raters.length,
    model: modelName,
    davidson: {
      logStrength: toNames(fits?.davidson),
      tieParameter: fits?.davidson.tieParameter ?? null,
      leftAdvantage: fits?.davidson.leftAdvantage ?? null,
      method: fits?.davidson.method ?? null,
    },
    bradleyTerry: { logStrength: toNames(fits?.bradleyTerry), method: fits?.bradleyTerry.method ?? null },
    krippendorffAlpha: voteAgreement(table, { seed, replicates, coverage }),
    agreementWithinPairs: agreementWithinPairs(table, { seed, replicates, coverage }),
    sideBias: sideBias(table, coverage),
    winMatrix: winMatrix(table, coverage),
    shareOfTheWay: isCertain
      ? shares.map(({ value, low, high }, k) => ({ arm: judged!.arms[between[k]!]!, value, low, high }))
      : [],
    basis: bootstrap?.basis ?? "vote",
    seed,
    replicates,
    warnings,
  };
}

function ratingOf(arm: number): Quantity {
  return ({ logStrength }: PairwiseParameters) => logStrengthsToRatings(logStrength)[arm]!;
}

function strengthOf(fit: PairwiseFit | undefined, index: number): number | null {
  return fit && index >= 0 ? fit.logStrength[index]! : null;
}

type Tally = {
  wins: number;
  losses: number;
  ties: number;
  bothBad: number;
  readonly raters: Set<number>;
  readonly captions: Set<number>;
};

function tallyArms(table: VoteTable): Tally[] {
  const tallies = table.arms.map(
    (): Tally => ({ wins: 0, losses: 0, ties: 0, bothBad: 0, raters: new Set(), captions: new Set() }),
  );
  for (let i = 0; i < table.voteCount; i++) {
    const sides = [tallies[table.left[i]!]!, tallies[table.right[i]!]!];
    for (const tally of sides) {
      tally.raters.add(table.rater[i]!);
      tally.captions.add(table.caption[i]!);
    }
    const outcome = table.outcome[i]!;
    if (outcome === outcomeTie) for (const tally of sides) tally.ties++;
    else if (outcome === outcomeBothBad) for (const tally of sides) tally.bothBad++;
    else {
      sides[outcome]!.wins++;
      sides[1 - outcome]!.losses++;
    }
  }
  return tallies;
}

/**
 * The table without the arms that no vote compares (they have no strength), or null where none is left; and for
 * each arm of `table` its index there, or -1. Votes on left-out arms are all "both bad", which no model reads.
 */
function restrictToJudgedArms(table: VoteTable, tallies: readonly Tally[]) {
  const arms: string[] = [];
  const indices = tallies.map(({ wins, losses, ties }, index) =>
    wins + losses + ties > 0 ? arms.push(table.arms[index]!) - 1 : -1,
  );
  if (arms.length === 0) return { judged: null, indices };
  if (arms.length === table.arms.length) return { judged: table, indices };
  const judged: VoteTable = {
    ...table,
    arms,
    left: table.left.map((arm) => indices[arm]!),
    right: table.right.map((arm) => indices[arm]!),
  };
  return { judged, indices };
}

function leaderboardRows(
  table: VoteTable,
  tallies: readonly Tally[],
  indices: readonly number[],
  ratings: readonly Estimate[],
): LeaderboardRow[] {
  const upper = upperBoundRanks(ratings);
  const lower = lowerBoundRanks(ratings);
  const rows = table.arms.map((arm, index): LeaderboardRow => {
    const { wins, losses, ties, bothBad, raters, captions } = tallies[index]!;
    const rating = ratings[indices[index]!];
    const rank = upper[indices[index]!] ?? null;
    return {
      arm,
      rating: rating?.value ?? null,
      rating_q025: rating?.low ?? null,
      rating_q975: rating?.high ?? null,
      variance: rating?.variance ?? null,
      num_battles: wins + losses + ties + bothBad,
      final_ranking: rank,
      rank_ub: rank,
      rank_lb: lower[indices[index]!] ?? null,
      wins,
      losses,
      ties,
      both_bad: bothBad,
      n_raters: raters.size,
      n_captions: captions.size,
    };
  });
  return rows.sort((a, b) => (b.rating ?? Number.NEGATIVE_INFINITY) - (a.rating ?? Number.NEGATIVE_INFINITY));
}

function modelWarnings(table: VoteTable, bootstrap: BootstrapResult | null): string[] {
  const warnings: string[] = [];
  if (!bootstrap) return warnings;
  const { fit, basis, regularisedShare } = bootstrap;
  const groups = connectedArms(tableToPairCounts(table));
  if (groups.length > 1) {
    const named = groups.map((group) => group.map((arm) => table.arms[arm]!).join(", ")).join(" | ");
    warnings.push(`No vote links these groups of arms, so their ratings cannot be compared: ${named}.`);
  } else if (fit.method === "weak-prior") {
    warnings.push(
      "Some strengths have no finite estimate, for instance because an arm won or lost every comparison; one balanced pseudo-vote per arm was added, and the intervals are rough.",
    );
  } else if (regularisedShare > roughShare) {
    warnings.push(
      `In ${Math.round(100 * regularisedShare)}% of the resamples an arm won or lost every comparison, so the intervals are rough.`,
    );
  }
  if (basis !== "caption and rater") {
    const missing = { caption: "one rater", rater: "one caption", vote: "one caption and one rater" }[basis];
    warnings.push(`There is only ${missing}, so the intervals say nothing about others.`);
  } else if (Math.min(table.captions.length, table.raters.length) < fewestClusters) {
    warnings.push(`With fewer than ${fewestClusters} captions or raters the intervals are too narrow.`);
  }
  return warnings;
}
