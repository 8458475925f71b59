/** Do metrics say what people say? The rank correlation of both, over arms and over single pictures. */
import { db } from "@/lib/db";
import { type ArmAnswer, impliedVotes } from "../ratings/statistics/arm-answer";
import {
  type CorrelatedPair,
  type Correlation,
  clusteredRankCorrelation,
  rankCorrelation,
} from "../ratings/statistics/rank-correlation";

export type MetricAgreement = {
  metric: string;
  /** Ratings of arms against the metric's value for their sets; null where the metric has none for three arms. */
  arms: Correlation | null;
  /** What people say of single pictures against the metric's score of each; null where it scores no single pictures. */
  pictures: Correlation | null;
};

/** A picture's standing among the answers: the mean score, or the share of comparisons won, a tie being half. */
export type PictureStanding = { caption: string; arm: string; standing: number };

const coverage = 0.95;
const replicates = 1000;

/**
 * Correlations as computed: of a metric that is better when lower, people who agree with it give a negative one.
 *
 * @param ratings the arms' ratings; arms without one are left out
 * @param arms the study's sampled arms, each with the newest values of its set
 */
export async function compareWithMetrics(
  studyId: string,
  answers: readonly ArmAnswer[],
  ratings: ReadonlyMap<string, number>,
  arms: readonly { arm: string; scores: readonly { metric: string; value: number | null }[] }[],
  seed: number,
): Promise<MetricAgreement[]> {
  const standings = pictureStandings(answers);
  const standingOf = new Map(standings.map((one) => [JSON.stringify([one.caption, one.arm]), one.standing]));
  const byMetric = new Map<string, { arms: { x: number; y: number }[]; pictures: CorrelatedPair[] }>();
  const pairsOf = (metric: string) => {
    const pairs = byMetric.get(metric) ?? { arms: [], pictures: [] };
    byMetric.set(metric, pairs);
    return pairs;
  };
  for (const { arm, scores } of arms) {
    const rating = ratings.get(arm);
    if (rating === undefined) continue;
    for (const { metric, value } of scores) {
      if (value !== null) pairsOf(metric).arms.push({ x: rating, y: value });
    }
  }
  for (const { metric, caption, arm, value } of await shownPictureScores(studyId)) {
    const standing = standingOf.get(JSON.stringify([caption, arm]));
    if (standing !== undefined) pairsOf(metric).pictures.push({ x: standing, y: value, cluster: caption });
  }
  return [...byMetric]
    .map(([metric, pairs]) => ({
      metric,
      arms: pairs.arms.length < 3 ? null : rankCorrelation(pairs.arms, coverage),
      pictures:
        pairs.pictures.length < 3
          ? null
          : clusteredRankCorrelation(pairs.pictures, { seed, replicates, coverage }),
    }))
    .filter(({ arms: overArms, pictures }) => overArms !== null || pictures !== null)
    .sort((a, b) => a.metric.localeCompare(b.metric));
}

/** One standing for each picture that was compared or scored; "both bad" says nothing of either. */
export function pictureStandings(answers: readonly ArmAnswer[]): PictureStanding[] {
  const tallies = new Map<string, { caption: string; arm: string; sum: number; count: number }>();
  const add = (caption: string, arm: string, score: number) => {
    const key = JSON.stringify([caption, arm]);
    const tally = tallies.get(key) ?? { caption, arm, sum: 0, count: 0 };
    tally.sum += score;
    tally.count++;
    tallies.set(key, tally);
  };
  for (const answer of answers) {
    if (answer.type === "likert") add(answer.caption, answer.shown[0]!, answer.score);
  }
  for (const { caption, left, right, winner } of impliedVotes(
    answers.filter(({ type }) => type !== "likert"),
  )) {
    if (winner === "both_bad") continue;
    const leftScore = winner === "tie" ? 0.5 : Number(winner === "left");
    add(caption, left, leftScore);
    add(caption, right, 1 - leftScore);
  }
  return [...tallies.values()].map(({ caption, arm, sum, count }) => ({
    caption,
    arm,
    standing: sum / count,
  }));
}

/** The newest score of every picture that the study shows, by metric: a study shows a caption's lowest seed. */
async function shownPictureScores(
  studyId: string,
): Promise<{ metric: string; caption: string; arm: string; value: number }[]> {
  return db.$queryRaw`
    SELECT DISTINCT ON (score.metric, arm.id, caption.id)
           score.metric, caption.text AS caption, arm.name AS arm, score.value
    FROM "Arm" arm
    JOIN "Sample" sample ON sample."sampleSetId" = arm."sampleSetId"
    JOIN "Caption" caption ON caption.id = sample."captionId"
    JOIN "PictureScore" score ON score."sampleId" = sample.id
    JOIN "Evaluation" evaluation ON evaluation.id = score."evaluationId" AND evaluation.state = 'SUCCEEDED'
    WHERE arm."studyId" = ${studyId}::uuid
      AND NOT EXISTS (SELECT FROM "Sample" lower WHERE lower."sampleSetId" = sample."sampleSetId"
                      AND lower."captionId" = sample."captionId" AND lower.seed < sample.seed)
    ORDER BY score.metric, arm.id, caption.id, evaluation."createdAt" DESC`;
}
