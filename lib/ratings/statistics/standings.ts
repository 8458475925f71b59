/** The leaderboard of any question type, in one shape. */
import { type ArmAnswer, impliedVotes } from "./arm-answer";
import { fitBestWorst } from "./best-worst";
import {
  type ClusteredEstimate,
  type InfluencedEstimate,
  observationsToClusters,
} from "./clustered-estimates";
import { type CumulativeLinkFit, fitCumulativeLink } from "./cumulative-link";
import { logStrengthToElo, meanElo } from "./elo";
import { type Agreement, krippendorffAlpha, type MeasurementLevel } from "./krippendorff-alpha";
import {
  computeLeaderboard,
  type Leaderboard,
  type LeaderboardOptions,
  type LeaderboardRow,
} from "./leaderboard";
import { meanScores } from "./likert";
import { fitPlackettLuce } from "./plackett-luce";
import { lowerBoundRanks, upperBoundRanks } from "./ranks";
import { sharesOfTheWay, type Way } from "./share-of-the-way";
import { sideBias } from "./side-bias";
import { fewestClusters, type TwoWayClusters } from "./two-way-variance";
import type { Vote } from "./vote";
import { votesToTable } from "./vote-table";
import { winMatrix } from "./win-matrix";

/** What `rating` is measured on: Elo points with mean 1000, or the points of the question's own scale. */
export type RatingScale = "elo" | "score";

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
  /** Log odds of a higher score than the first arm gets; null for other questions, or where all scores are one. */
  readonly cumulativeLink: CumulativeLinkFit | null;
};

export type StandingsOptions = Required<Pick<LeaderboardOptions, "arms" | "seed">> &
  Pick<LeaderboardOptions, "replicates" | "way">;

const coverage = 0.95;

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
  const { arms, seed, replicates = 1000, way } = options;
  const table = votesToTable(votes, arms);
  const clusters = observationsToClusters(answers);
  const { ratings, shares, cumulativeLink, warnings } = rate(questionType, answers, arms, way);
  const matrix = winMatrix(table, coverage);
  const judged = arms.filter((arm) => ratings.has(arm));
  const upper = upperBoundRanks(judged.map((arm) => ratings.get(arm)!));
  const lower = lowerBoundRanks(judged.map((arm) => ratings.get(arm)!));
  const rows = arms.map((arm, index): LeaderboardRow => {
    const own = answers.filter(({ shown }) => shown.includes(arm));
    const rating = ratings.get(arm);
    const place = judged.indexOf(arm);
    const cells = matrix[index]!.flatMap((cell) => cell ?? []);
    const total = (count: "wins" | "losses" | "ties") => cells.reduce((sum, cell) => sum + cell[count], 0);
    return {
      arm,
      rating: rating?.value ?? null,
      rating_q025: rating?.low ?? null,
      rating_q975: rating?.high ?? null,
      variance: rating ? rating.standardError ** 2 : null,
      num_battles: own.length,
      final_ranking: upper[place] ?? null,
      rank_ub: upper[place] ?? null,
      rank_lb: lower[place] ?? null,
      wins: total("wins"),
      losses: total("losses"),
      ties: total("ties"),
      both_bad: 0,
      n_raters: new Set(own.map(({ rater }) => rater)).size,
      n_captions: new Set(own.map(({ caption }) => caption)).size,
    };
  });
  const captionCount = new Set(answers.map(({ caption }) => caption)).size;
  const raterCount = new Set(answers.map(({ rater }) => rater)).size;
  if (answers.length > 0 && Math.min(captionCount, raterCount) < fewestClusters) {
    warnings.push(`With fewer than ${fewestClusters} captions or raters the intervals are too narrow.`);
  }
  const unknown = Object.fromEntries(arms.map((arm) => [arm, null]));
  return {
    rows: rows.sort(
      (a, b) => (b.rating ?? Number.NEGATIVE_INFINITY) - (a.rating ?? Number.NEGATIVE_INFINITY),
    ),
    arms,
    voteCount: answers.length,
    captionCount,
    raterCount,
    questionType,
    ratingScale: questionType === "likert" ? "score" : "elo",
    model:
      questionType === "likert" ? "mean-score" : questionType === "ranking" ? "plackett-luce" : "best-worst",
    davidson: { logStrength: unknown, tieParameter: null, leftAdvantage: null, method: null },
    bradleyTerry: { logStrength: unknown, method: null },
    krippendorffAlpha: answerAgreement(answers, { level: "ordinal", seed, replicates }),
    agreementWithinPairs: null,
    agreementLevel: "ordinal",
    intervalAgreement:
      questionType === "likert" ? answerAgreement(answers, { level: "interval", seed, replicates }) : null,
    // One picture at a time has no side.
    sideBias: sideBias(questionType === "likert" ? votesToTable([], arms) : table, coverage),
    winMatrix: matrix,
    shareOfTheWay: shares,
    cumulativeLink,
    basis: answers.length > 0 ? clusters.basis : "vote",
    seed,
    replicates,
    warnings,
  };
}

function rate(
  questionType: ArmAnswer["type"],
  answers: readonly ArmAnswer[],
  arms: readonly string[],
  way: Way | undefined,
) {
  const warnings: string[] = [];
  const ratings = new Map<string, ClusteredEstimate>();
  if (answers.length === 0) return { ratings, shares: [], cumulativeLink: null, warnings };
  const sharesOf = (estimates: readonly InfluencedEstimate[], clusters: TwoWayClusters) => {
    if (!way) return [];
    const shares = sharesOfTheWay(estimates, way, clusters, coverage);
    if (shares) return shares;
    warnings.push(
      `"${way.from}" and "${way.to}" cannot be told apart, or one was never judged, so no share of the way is given.`,
    );
    return [];
  };
  if (questionType === "likert") {
    const scores = answers.flatMap((answer) =>
      answer.type === "likert"
        ? [{ caption: answer.caption, rater: answer.rater, arm: answer.shown[0]!, score: answer.score }]
        : [],
    );
    const { means } = meanScores(scores, coverage);
    for (const { arm, value, low, high, standardError } of means) {
      ratings.set(arm, { value, low, high, standardError });
    }
    const known = new Set(scores.map(({ arm }) => arm));
    // The first arm of the study is what odds are measured against, whichever was judged first.
    const ordered = arms
      .filter((arm) => known.has(arm))
      .flatMap((arm) => scores.filter((s) => s.arm === arm));
    return {
      ratings,
      shares: sharesOf(means, observationsToClusters(scores)),
      cumulativeLink: fitCumulativeLink(ordered, coverage),
      warnings,
    };
  }
  const seen = new Set(answers.flatMap(({ shown }) => shown));
  const judged = arms.filter((arm) => seen.has(arm));
  const fit =
    questionType === "ranking"
      ? fitPlackettLuce(
          answers.flatMap((answer) => (answer.type === "ranking" ? [answer] : [])),
          judged,
          coverage,
        )
      : fitBestWorst(
          answers.flatMap((answer) => (answer.type === "best-worst" ? [answer] : [])),
          judged,
          coverage,
        );
  for (const { arm, value, low, high, standardError } of fit.centred) {
    ratings.set(arm, {
      value: meanElo + logStrengthToElo(value),
      low: meanElo + logStrengthToElo(low),
      high: meanElo + logStrengthToElo(high),
      standardError: logStrengthToElo(standardError),
    });
  }
  if (fit.method === "weak-prior") {
    warnings.push(
      "Some strengths have no finite estimate, for instance because an arm was always or never chosen; one balanced pseudo-comparison per arm was added, and the intervals are rough.",
    );
  }
  return { ratings, shares: sharesOf(fit.strengths, fit.clusters), cumulativeLink: null, warnings };
}

/**
 * α of scores, of ranks, or of worst, neither and best. The unit is an arm's picture for a caption, among
 * the same others; captions are resampled.
 */
export function answerAgreement(
  answers: readonly ArmAnswer[],
  { level, seed, replicates }: { level: MeasurementLevel; seed: number; replicates: number },
): Agreement {
  const ratings = answers.flatMap((answer) => {
    const among = JSON.stringify([answer.caption, [...answer.shown].sort()]);
    return answer.shown.map((arm) => ({
      unit: `${among} ${arm}`,
      cluster: answer.caption,
      value: ordinalValue(answer, arm),
    }));
  });
  return krippendorffAlpha(ratings, { level, seed, replicates, coverage });
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
