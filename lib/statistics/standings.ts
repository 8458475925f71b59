/** The leaderboard of answers under any model, in a common form. */
import type { AnswerModel, ShownAnswer, StandingsOptions } from "./answer-model";
import { comparisonCount } from "./arm-differences";
import type { MeasurementLevel } from "./coincidences";
import { compareArms, coverage, type RatingScale } from "./compare-arms";
import type { CumulativeLinkFit } from "./cumulative-link";
import { type Agreement, krippendorffAlpha } from "./krippendorff-alpha";
import { byRating, type Leaderboard, type LeaderboardRow, ratingColumns } from "./leaderboard";
import { sideBias } from "./side-bias";
import { votesToTable } from "./vote-table";
import { winMatrix } from "./win-matrix";

export type { RatingScale, StandingsOptions };

type PairwiseFits = "davidson" | "bradleyTerry";

/** The pairwise models' fits are only present if answers are preferences between two. */
export type ModelStandings = Omit<Leaderboard, "model" | "agreementWithinPairs" | PairwiseFits> &
  Partial<Pick<Leaderboard, PairwiseFits>> & {
    /** α with chance taken within the pair; null for other models. */
    readonly agreementWithinPairs: Agreement | null;
    readonly ratingScale: RatingScale;
    /** Name of the model. */
    readonly model: string;
    /** How values are compared in `krippendorffAlpha`. */
    readonly agreementLevel: MeasurementLevel;
    /** α of the values as equal steps; null if they are not ordered in steps. */
    readonly intervalAgreement: Agreement | null;
    /**
     * Log odds of a higher score than the first arm's, with intervals that hold for all arms at once; null for
     * models without scores, or if all scores are equal.
     */
    readonly cumulativeLink: CumulativeLinkFit | null;
  };

/**
 * Ratings, ranks, agreement and comparisons of all arms. Wins, losses and ties are those of the comparisons that the
 * answers imply. Deterministic.
 *
 * @throws SemblanceError `invalid_input` for an answer that names an arm which is not among `options.arms`
 */
export function standingsUnder<Answer extends ShownAnswer>(
  model: AnswerModel<Answer>,
  answers: readonly Answer[],
  options: StandingsOptions,
): ModelStandings {
  const { arms, seed, replicates = 0, way, primaryPair } = options;
  const described = {
    model: model.name,
    ratingScale: model.scale,
    agreementLevel: model.agreementLevel,
    intervalAgreement: model.hasEqualSteps ? agreementUnder(model, answers, "interval") : null,
    cumulativeLink: model.cumulativeLink?.(answers, arms) ?? null,
  };
  if (model.leaderboard) return { ...model.leaderboard(answers, options), ...described };
  const table = votesToTable(model.impliedVotes(answers), arms);
  const estimated = model.estimate(answers, arms);
  const comparison = compareArms(arms, estimated?.estimates ?? null, {
    scale: model.scale,
    way,
    primaryPair,
  });
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
  return {
    rows: rows.sort(byRating),
    arms,
    voteCount: answers.length,
    captionCount: new Set(answers.map(({ caption }) => caption)).size,
    raterCount: new Set(answers.map(({ rater }) => rater)).size,
    ...described,
    krippendorffAlpha: agreementUnder(model, answers, model.agreementLevel),
    agreementWithinPairs: null,
    sideBias: sideBias(model.hasSides ? table : votesToTable([], arms), coverage),
    winMatrix: matrix,
    differences: comparison.differences,
    comparisonCount: comparisonCount(comparison.differences),
    shareOfTheWay: comparison.shareOfTheWay,
    basis: estimated?.estimates.basis ?? "vote",
    seed,
    replicates,
    warnings: [...(estimated ? model.warnings(answers, table, estimated) : []), ...comparison.warnings],
  };
}

/** α over arms. The unit is an arm's image for a caption (and item), among the same others. */
export function agreementUnder<Answer extends ShownAnswer>(
  model: AnswerModel<Answer>,
  answers: readonly Answer[],
  level: MeasurementLevel,
): Agreement {
  const ratings = answers.flatMap((answer) => {
    const among = JSON.stringify([answer.caption, answer.item, [...answer.shown].sort()]);
    return answer.shown.map((arm) => ({
      unit: `${among} ${arm}`,
      cluster: answer.caption,
      rater: answer.rater,
      value: model.valueOf(answer, arm),
    }));
  });
  return krippendorffAlpha(ratings, { level, coverage });
}
