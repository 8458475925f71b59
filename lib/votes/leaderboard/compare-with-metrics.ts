/** Do metrics say what people say? Over pairs of images of one caption, and over arms. */
import { db } from "@/lib/platform/database/db";
import { impliedVotes } from "@/lib/questions/answer-statistics";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { type Correlation, rankCorrelation } from "@/lib/statistics/rank-correlation";
import {
  type WithinCaptionAgreement,
  withinCaptionAgreement,
} from "@/lib/statistics/within-caption-agreement";
import type { ShownImageScore } from "../metrics/score-correlations";

export type MetricAgreement = {
  metric: string;
  /**
   * How often the metric prefers the image that people prefer, of two of one caption; null where it scores no single
   * images, or none that people compared.
   */
  images: WithinCaptionAgreement | null;
  /** Ratings of arms against the metric's value for their sets; null where the metric has none for three arms. */
  arms: Correlation | null;
};

const coverage = 0.95;

/**
 * As computed, the higher value taken for the better: of a metric that is better when lower, people who agree with it give
 * shares below one half and negative correlations.
 *
 * @param ratings the arms' ratings; arms without one are left out
 * @param arms the study's sampled arms, each with the newest values of its set
 * @param imageScores as `shownImageScores` gives them
 */
export function compareWithMetrics(
  answers: readonly ArmAnswer[],
  ratings: ReadonlyMap<string, number>,
  arms: readonly { arm: string; scores: readonly { metric: string; value: number | null }[] }[],
  imageScores: readonly ShownImageScore[],
  seed: number,
): MetricAgreement[] {
  const votes = impliedVotes(answers);
  const armPairs = new Map<string, { x: number; y: number }[]>();
  for (const { arm, scores } of arms) {
    const rating = ratings.get(arm);
    if (rating === undefined) continue;
    for (const { metric, value } of scores) {
      if (value !== null) armPairs.set(metric, [...(armPairs.get(metric) ?? []), { x: rating, y: value }]);
    }
  }
  const imageValues = new Map<string, Map<string, number>>();
  for (const { metric, caption, arm, value } of imageScores) {
    const ofMetric = imageValues.get(metric) ?? new Map<string, number>();
    imageValues.set(metric, ofMetric.set(JSON.stringify([caption, arm]), value));
  }
  return [...new Set([...armPairs.keys(), ...imageValues.keys()])]
    .map((metric) => {
      const values = imageValues.get(metric);
      const overArms = armPairs.get(metric) ?? [];
      return {
        metric,
        images: values
          ? withinCaptionAgreement(votes, (caption, arm) => values.get(JSON.stringify([caption, arm])), {
              seed,
              coverage,
            })
          : null,
        arms: overArms.length < 3 ? null : rankCorrelation(overArms, coverage),
      };
    })
    .filter(({ arms: overArms, images }) => overArms !== null || images !== null)
    .sort((a, b) => a.metric.localeCompare(b.metric));
}

/** The newest score of every image that the study shows, by metric: a study shows a caption's lowest seed. */
export async function shownImageScores(studyId: string): Promise<ShownImageScore[]> {
  return db.$queryRaw`
    SELECT DISTINCT ON (score.metric, arm.id, caption.id)
           score.metric, caption.text AS caption, arm.name AS arm, score.value
    FROM "Arm" arm
    JOIN "Sample" sample ON sample."sampleSetId" = arm."sampleSetId"
    JOIN "Caption" caption ON caption.id = sample."captionId"
    JOIN "ImageScore" score ON score."sampleId" = sample.id
    JOIN "Evaluation" evaluation ON evaluation.id = score."evaluationId" AND evaluation.state = 'SUCCEEDED'
    WHERE arm."studyId" = ${studyId}::uuid
      AND NOT EXISTS (SELECT FROM "Sample" lower WHERE lower."sampleSetId" = sample."sampleSetId"
                      AND lower."captionId" = sample."captionId" AND lower.seed < sample.seed)
    ORDER BY score.metric, arm.id, caption.id, evaluation."createdAt" DESC`;
}
