/** The leaderboard: from votes to ratings, intervals, ranks, agreement and everything printed with them. */
import { type ArmDifference, comparisonCount } from "./arm-differences";
import type { ArmRating } from "./arm-ratings";
import { bradleyTerry } from "./bradley-terry";
import { compareArms, coverage } from "./compare-arms";
import { davidson } from "./davidson";
import { type Agreement, agreementWithinPairs, voteAgreement } from "./krippendorff-alpha";
import { tableToPairCounts } from "./pair-counts";
import { pairEstimates } from "./pair-estimates";
import type { PairwiseFit, PairwiseModel } from "./pairwise-model";
import type { RankRange } from "./ranks";
import { resampleDifferences } from "./resampled-differences";
import type { ShareOfTheWay, Way } from "./share-of-the-way";
import { type SideBias, sideBias } from "./side-bias";
import { clusterWarnings, comparisonWarnings, penaltyWarnings } from "./standings-warnings";
import type { ClusterBasis } from "./two-way-clusters";
import type { Vote } from "./vote";
import { outcomeBothBad, outcomeTie, type VoteTable, votesToTable } from "./vote-table";
import { type WinMatrix, winMatrix } from "./win-matrix";

export type LeaderboardOptions = {
  /** Seed of the resampling; the same votes and seed give the same numbers, bit for bit. Default 1. */
  readonly seed?: number;
  /** How often captions and raters are resampled to check the intervals of differences of pairs. Default 0. */
  readonly replicates?: number;
  /** All arms of the study, in the desired order; arms without votes get a row without a rating. */
  readonly arms?: readonly string[];
  /** "davidson" (default) models ties and the left side's advantage; "bradley-terry" counts a tie as half a win. */
  readonly model?: PairwiseModel["name"];
  /** The arms between which `shareOfTheWay` is measured, for instance original model and real photographs. */
  readonly way?: Way;
  /** The two arms whose difference the study was planned for: marked among the differences, otherwise treated like the others. */
  readonly primaryPair?: readonly [string, string];
};

/** One arm. Field names are the columns of published leaderboards (FastChat's first six), and of our exports. */
export type LeaderboardRow = {
  readonly arm: string;
  /** Elo scale, the mean over arms being 1000; null for an arm that was never judged against another. */
  readonly rating: number | null;
  /** Bounds of the comparison interval, see `comparedRatings`. */
  readonly rating_q025: number | null;
  readonly rating_q975: number | null;
  /** Quasi-variance of the rating in Elo points squared: those of two arms add up to the variance of their difference. */
  readonly variance: number | null;
  /** Votes on the arm, including ties and "both bad". */
  readonly num_battles: number;
  /** The best rank that the decisions about differences allow: FastChat's name for `rank_ub`. */
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
    /** Log odds that an image gains by being on the left. */
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
  /** For all pairs of arms, in the order of `arms`; ranks follow from them. */
  readonly differences: readonly ArmDifference[];
  /** Pairs that were compared, for which decisions and the win matrix are adjusted. */
  readonly comparisonCount: number;
  /** Empty unless `way` was given and answers compare its two ends. */
  readonly shareOfTheWay: readonly ShareOfTheWay[];
  /** Which repeats the intervals take into account. */
  readonly basis: ClusterBasis;
  readonly seed: number;
  readonly replicates: number;
  /** Warnings about the numbers, in sentences. */
  readonly warnings: readonly string[];
};

/**
 * Everything that the leaderboard shows, computed from the votes only. Deterministic.
 *
 * @throws SemblanceError `invalid_input` for votes that `votesToTable` rejects.
 */
export function computeLeaderboard(votes: Iterable<Vote>, options: LeaderboardOptions = {}): Leaderboard {
  return tableToLeaderboard(votesToTable(votes, options.arms), options);
}

/** As `computeLeaderboard`, for votes that are already in columns; `options.arms` is taken from the table. */
export function tableToLeaderboard(table: VoteTable, options: LeaderboardOptions = {}): Leaderboard {
  const { seed = 1, replicates = 0, model: modelName = "davidson", way, primaryPair } = options;
  const tallies = tallyArms(table);
  const { judged, indices } = restrictToJudgedArms(table, tallies);
  const model = modelName === "davidson" ? davidson : bradleyTerry;
  const counts = judged && tableToPairCounts(judged);
  const fitted = judged && pairEstimates(judged, model);
  const fitOf = (wanted: PairwiseModel) => counts && (wanted === model ? fitted!.fit : wanted.fit(counts));
  const fits = { davidson: fitOf(davidson), bradleyTerry: fitOf(bradleyTerry) };
  const resampled =
    judged && fitted && replicates > 0
      ? resampleDifferences(judged, model, fitted.fit, fitted.estimates, { seed, replicates, coverage })
      : null;
  const comparison = compareArms(table.arms, fitted?.estimates ?? null, {
    scale: "elo",
    way,
    primaryPair,
    resampled,
  });
  const warnings = [
    ...comparisonWarnings(table),
    ...(fitted?.fit.method === "weak-prior" ? penaltyWarnings(table) : []),
    ...(fitted ? clusterWarnings(fitted.estimates) : []),
    ...comparison.warnings,
  ];

  const toNames = (fit: PairwiseFit | null): StrengthByArm =>
    Object.fromEntries(table.arms.map((arm, index) => [arm, strengthOf(fit, indices[index]!)]));
  return {
    rows: leaderboardRows(table, tallies, comparison.ratings, comparison.ranks),
    arms: table.arms,
    voteCount: table.voteCount,
    captionCount: table.captions.length,
    raterCount: table.raters.length,
    model: modelName,
    davidson: {
      logStrength: toNames(fits.davidson),
      tieParameter: fits.davidson?.tieParameter ?? null,
      leftAdvantage: fits.davidson?.leftAdvantage ?? null,
      method: fits.davidson?.method ?? null,
    },
    bradleyTerry: { logStrength: toNames(fits.bradleyTerry), method: fits.bradleyTerry?.method ?? null },
    krippendorffAlpha: voteAgreement(table, { coverage }),
    agreementWithinPairs: agreementWithinPairs(table, { coverage }),
    sideBias: sideBias(table, coverage),
    winMatrix: winMatrix(table, coverage),
    differences: comparison.differences,
    comparisonCount: comparisonCount(comparison.differences),
    shareOfTheWay: comparison.shareOfTheWay,
    basis: fitted?.estimates.basis ?? "vote",
    seed,
    replicates,
    warnings,
  };
}

function strengthOf(fit: PairwiseFit | null, index: number): number | null {
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
  ratings: ReadonlyMap<string, ArmRating>,
  ranks: ReadonlyMap<string, RankRange>,
): LeaderboardRow[] {
  const rows = table.arms.map((arm, index): LeaderboardRow => {
    const { wins, losses, ties, bothBad, raters, captions } = tallies[index]!;
    return {
      arm,
      ...ratingColumns(ratings.get(arm), ranks.get(arm)),
      num_battles: wins + losses + ties + bothBad,
      wins,
      losses,
      ties,
      both_bad: bothBad,
      n_raters: raters.size,
      n_captions: captions.size,
    };
  });
  return rows.sort(byRating);
}

/** The columns of a row that follow from an arm's rating and rank. */
export function ratingColumns(rating: ArmRating | undefined, rank: RankRange | undefined) {
  return {
    rating: rating?.value ?? null,
    rating_q025: rating?.low ?? null,
    rating_q975: rating?.high ?? null,
    variance: rating?.variance ?? null,
    final_ranking: rank?.best ?? null,
    rank_ub: rank?.best ?? null,
    rank_lb: rank?.worst ?? null,
  };
}

/** Best first; arms without rating last. */
export function byRating(a: LeaderboardRow, b: LeaderboardRow): number {
  return (b.rating ?? Number.NEGATIVE_INFINITY) - (a.rating ?? Number.NEGATIVE_INFINITY);
}
