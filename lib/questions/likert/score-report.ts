/** What published studies report of scores: agreement on three levels, means, and proportional odds. */

import type { MeasurementLevel } from "@/lib/statistics/coincidences";
import { coverage } from "@/lib/statistics/compare-arms";
import { fitCumulativeLink } from "@/lib/statistics/cumulative-link";
import type { Agreement } from "@/lib/statistics/krippendorff-alpha";
import type { IntervalEstimate } from "@/lib/statistics/metric-correlations";
import { agreementUnder, type ModelStandings } from "@/lib/statistics/standings";
import { inArmOrder, type LikertAnswer, likertModel } from "./statistics";

export type ScoreReport = {
  readonly krippendorffAlpha: Readonly<Record<MeasurementLevel, Agreement>>;
  /** By arm, over captions and raters. */
  readonly mean: Readonly<Record<string, IntervalEstimate>>;
  /** Null where all scores are one. */
  readonly proportionalOdds: ProportionalOdds | null;
};

export type ProportionalOdds = {
  /** The arm that the others are measured against: its effect is 0. */
  readonly reference: string;
  /** By arm: log odds of a higher score than the reference gets, each with an interval for it alone. */
  readonly effect: Readonly<Record<string, IntervalEstimate>>;
  /** Scores that occur, ascending, and the thresholds between neighbours. */
  readonly levels: readonly number[];
  readonly thresholds: readonly number[];
  readonly negativeLogLikelihood: number;
  readonly method: "maximum-likelihood" | "weak-prior";
};

/** @param standings of the same answers */
export function reportScores(
  answers: readonly LikertAnswer[],
  { arms, rows, krippendorffAlpha, intervalAgreement }: ModelStandings,
): ScoreReport {
  const fit = fitCumulativeLink(inArmOrder(answers, arms), coverage);
  return {
    krippendorffAlpha: {
      nominal: agreementUnder(likertModel, answers, "nominal"),
      ordinal: krippendorffAlpha,
      interval: intervalAgreement ?? agreementUnder(likertModel, answers, "interval"),
    },
    mean: Object.fromEntries(
      rows.map(({ arm, rating, rating_q025, rating_q975 }) => [
        arm,
        { value: rating, low: rating_q025, high: rating_q975 },
      ]),
    ),
    proportionalOdds: fit && {
      reference: fit.strengths[0]!.arm,
      effect: Object.fromEntries(
        fit.strengths.map(({ arm, value, low, high }) => [arm, { value, low, high }]),
      ),
      levels: fit.levels,
      thresholds: fit.thresholds,
      negativeLogLikelihood: -fit.logLikelihood,
      method: fit.method,
    },
  };
}
