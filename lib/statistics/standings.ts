/** The leaderboard of any question type, in one shape. */
import { type ArmAnswer, impliedVotes } from "./arm-answer";
import { comparisonCount, familywiseError } from "./arm-differences";
import type { ArmEstimates } from "./arm-estimates";
import { fitBestWorst } from "./best-worst";
import { compareArms, coverage, type RatingScale } from "./compare-arms";
import { type CumulativeLinkFit, fitCumulativeLink } from "./cumulative-link";
import { type Agreement, krippendorffAlpha, type MeasurementLevel } from "./krippendorff-alpha";
import {
  byRating,
  computeLeaderboard,
  type Leaderboard,
  type LeaderboardOptions,
  type LeaderboardRow,
  ratingColumns,
} from "./leaderboard";
import { meanScores } from "./likert";
import { fitPlackettLuce } from "./plackett-luce";
import { sideBias } from "./side-bias";
import {
  clusterWarnings,
  comparisonWarnings,
  constantScoreWarnings,
  penaltyWarnings,
} from "./standings-warnings";
import type { Vote } from "./vote";
import { type VoteTable, votesToTable } from "./vote-table";
import { winMatrix } from "./win-matrix";

export type { RatingScale };

export type Standings = Omit<Leaderboard, "model" | "agreementWithinPairs"> & {
  /** α with chance taken within the pair; null for questions that show no pairs. */
  readonly agreementWithinPairs: Agreement | null;
  readonly questionType: ArmAnswer["type"];
  readonly ratingScale: RatingScale;
  readonly model: "davidson" | "mean-score" | "plackett-luce" | "best-worst";
  /** How values are compared in `krippendorffAlpha`. */
  readonly agreementLevel: MeasurementLevel;
  /** α of scores taken as equal steps; null for other questions. */
  readonly intervalAgreement: Agreement | null;
  /**
   * Log odds of a higher score than the first arm gets, with intervals that hold for all arms at once; null for other
   * questions, or where all scores are one.
   */
  readonly cumulativeLink: CumulativeLinkFit | null;
};

export type StandingsOptions = Required<Pick<LeaderboardOptions, "arms" | "seed">> &
  Pick<LeaderboardOptions, "replicates" | "way" | "primaryPair">;

/**
 * Ratings, ranks, agreement and comparisons of all arms from answers of one question type. Pairs: Davidson's model.
 * Scores: the mean per arm, beside the cumulative link model. Rankings: Plackett and Luce's model. Best-worst: the
 * maximum difference model. Wins, losses and ties of the last three are those of `impliedVotes`. Deterministic.
 *
 * @param answers all of type `questionType`
 * @throws SemblanceError `invalid_input` for an answer that names an arm which is not among `options.arms`
 */
export function computeStandings(
  questionType: ArmAnswer["type"],
  answers: readonly ArmAnswer[],
  options: StandingsOptions,
): Standings {
  const votes = impliedVotes(answers);
  if (questionType === "pair") {
    const leaderboard = computeLeaderboard(votes, options);
    return {
      ...leaderboard,
      model: "davidson",
      questionType,
      ratingScale: "elo",
      agreementLevel: "nominal",
      intervalAgreement: null,
      cumulativeLink: null,
    };
  }
  const { arms, seed, replicates = 0, way, primaryPair } = options;
  const table = votesToTable(votes, arms);
  const { estimates, scale, model, cumulativeLink, warnings } = estimateArms(
    questionType,
    answers,
    arms,
    table,
  );
  const comparison = compareArms(arms, estimates, { scale, way, primaryPair });
  const matrix = winMatrix(table, coverage);
  const rows = arms.map((arm, index): LeaderboardRow => {
    const own = answers.filter(({ shown }) => shown.includes(arm));
    const cells = matrix[index]!.flatMap((cell) => cell ?? []);
    const total = (count: "wins" | "losses" | "ties") => cells.reduce((sum, cell) => sum + cell[count], 0);
    return {
      arm,
      ...ratingColumns(comparison.ratings.get(arm), comparison.ranks.get(arm)),
      num_battles: own.length,
      wins: total("wins"),
      losses: total("losses"),
      ties: total("ties"),
      both_bad: 0,
      n_raters: new Set(own.map(({ rater }) => rater)).size,
      n_captions: new Set(own.map(({ caption }) => caption)).size,
    };
  });
  const unknown = Object.fromEntries(arms.map((arm) => [arm, null]));
  return {
    rows: rows.sort(byRating),
    arms,
    voteCount: answers.length,
    captionCount: new Set(answers.map(({ caption }) => caption)).size,
    raterCount: new Set(answers.map(({ rater }) => rater)).size,
    questionType,
    ratingScale: scale,
    model,
    davidson: { logStrength: unknown, tieParameter: null, leftAdvantage: null, method: null },
    bradleyTerry: { logStrength: unknown, method: null },
    krippendorffAlpha: answerAgreement(answers, "ordinal"),
    agreementWithinPairs: null,
    agreementLevel: "ordinal",
    intervalAgreement: questionType === "likert" ? answerAgreement(answers, "interval") : null,
    // One picture at a time has no side.
    sideBias: sideBias(questionType === "likert" ? votesToTable([], arms) : table, coverage),
    winMatrix: matrix,
    differences: comparison.differences,
    comparisonCount: comparisonCount(comparison.differences),
    shareOfTheWay: comparison.shareOfTheWay,
    cumulativeLink,
    basis: estimates?.basis ?? "vote",
    seed,
    replicates,
    warnings: [...warnings, ...comparison.warnings],
  };
}

type EstimatedArms = Pick<Standings, "model" | "cumulativeLink"> & {
  readonly scale: RatingScale;
  readonly estimates: ArmEstimates | null;
  readonly warnings: readonly string[];
};

/** @param table of the comparisons that the answers imply */
function estimateArms(
  questionType: Exclude<ArmAnswer["type"], "pair">,
  answers: readonly ArmAnswer[],
  arms: readonly string[],
  table: VoteTable,
): EstimatedArms {
  if (questionType === "likert") {
    const scores = answers.flatMap((answer) =>
      answer.type === "likert"
        ? [{ caption: answer.caption, rater: answer.rater, arm: answer.shown[0]!, score: answer.score }]
        : [],
    );
    const known = new Set(scores.map(({ arm }) => arm));
    const model = { scale: "score", model: "mean-score" } as const;
    if (scores.length === 0) return { ...model, estimates: null, cumulativeLink: null, warnings: [] };
    // The first arm of the study is what odds are measured against, whichever was judged first.
    const ordered = arms
      .filter((arm) => known.has(arm))
      .flatMap((arm) => scores.filter((score) => score.arm === arm));
    const estimates = meanScores(ordered);
    return {
      ...model,
      estimates,
      cumulativeLink: fitCumulativeLink(ordered, 1 - familywiseError / Math.max(1, known.size - 1)),
      warnings: [...constantScoreWarnings(ordered), ...clusterWarnings(estimates)],
    };
  }
  const model = { scale: "elo", model: questionType === "ranking" ? "plackett-luce" : "best-worst" } as const;
  const seen = new Set(answers.flatMap(({ shown }) => shown));
  const judged = arms.filter((arm) => seen.has(arm));
  if (judged.length === 0) return { ...model, estimates: null, cumulativeLink: null, warnings: [] };
  const { estimates, method } =
    questionType === "ranking"
      ? fitPlackettLuce(
          answers.flatMap((answer) => (answer.type === "ranking" ? [answer] : [])),
          judged,
        )
      : fitBestWorst(
          answers.flatMap((answer) => (answer.type === "best-worst" ? [answer] : [])),
          judged,
        );
  return {
    ...model,
    estimates,
    cumulativeLink: null,
    warnings: [
      ...comparisonWarnings(table),
      ...(method === "weak-prior" ? penaltyWarnings(table) : []),
      ...clusterWarnings(estimates),
    ],
  };
}

/**
 * α of scores, of ranks, or of worst, neither and best. The unit is an arm's picture for a caption, among
 * the same others.
 */
export function answerAgreement(answers: readonly ArmAnswer[], level: MeasurementLevel): Agreement {
  const ratings = answers.flatMap((answer) => {
    const among = JSON.stringify([answer.caption, [...answer.shown].sort()]);
    return answer.shown.map((arm) => ({
      unit: `${among} ${arm}`,
      cluster: answer.caption,
      rater: answer.rater,
      value: ordinalValue(answer, arm),
    }));
  });
  return krippendorffAlpha(ratings, { level, coverage });
}

function ordinalValue(answer: ArmAnswer, arm: string): number {
  switch (answer.type) {
    case "likert":
      return answer.score;
    case "ranking":
      return -answer.order.indexOf(arm);
    case "best-worst":
      return arm === answer.best ? 1 : arm === answer.worst ? -1 : 0;
    case "pair":
      return winnerOf(answer) === arm ? 1 : winnerOf(answer) === null ? 0 : -1;
  }
}

function winnerOf({ shown, winner }: { shown: readonly string[]; winner: Vote["winner"] }): string | null {
  return winner === "left" ? shown[0]! : winner === "right" ? shown[1]! : null;
}
