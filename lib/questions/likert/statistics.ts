/** Scores on five points: means of arms, and the cumulative link model. */
import type { AlternativeRow, AnswerModel, ShownAnswer } from "@/lib/statistics/answer-model";
import { familywiseError } from "@/lib/statistics/arm-differences";
import { coverage } from "@/lib/statistics/compare-arms";
import { fitCumulativeLink } from "@/lib/statistics/cumulative-link";
import { meanScores, type Score } from "@/lib/statistics/likert";
import { meansWithout } from "@/lib/statistics/one-rater-out";
import { clusterWarnings, constantScoreWarnings } from "@/lib/statistics/standings-warnings";
import type { Vote } from "@/lib/statistics/vote";

/** `score` counts from 1, the worst. */
export type LikertAnswer = ShownAnswer & {
  readonly type: "likert";
  readonly score: number;
  /** The ends of the scale where it is not the usual one. */
  readonly scale?: readonly [lowest: number, highest: number];
};

export function isScore(answer: { readonly type: string }): answer is LikertAnswer {
  return answer.type === "likert";
}

const fivePoints = [1, 5] as const;

export const likertModel: AnswerModel<LikertAnswer> = {
  name: "mean-score",
  scale: "score",
  agreementLevel: "ordinal",
  hasEqualSteps: true,
  hasSides: false,
  impliedVotes,
  estimate(answers, arms) {
    const scores = inArmOrder(answers, arms);
    if (scores.length === 0) return null;
    return { estimates: meanScores(scores), tieParameter: null, method: "maximum-likelihood" };
  },
  warnings: (answers, { arms }, { estimates }) => [
    ...constantScoreWarnings(inArmOrder(answers, arms)),
    ...clusterWarnings(estimates),
  ],
  valueOf: ({ score }) => score,
  likeness(one, other) {
    const [lowest, highest] = one.scale ?? fivePoints;
    return 1 - Math.abs(one.score - other.score) / (highest - lowest);
  },
  pattern: ({ score }) => `score ${score}`,
  withoutEachRater: (answers, pair) => meansWithout(answers.map(toScore), pair),
  cumulativeLink(answers, arms) {
    const judged = new Set(answers.map(({ shown }) => shown[0]));
    return fitCumulativeLink(inArmOrder(answers, arms), 1 - familywiseError / Math.max(1, judged.size - 1));
  },
  alternatives: ({ answers, pair }) => ({
    rows: orderedRow(answers.map(toScore), pair),
    shown: null,
    acceptability: [],
  }),
};

function toScore({ caption, rater, shown, score }: LikertAnswer): Score {
  return { caption, rater, arm: shown[0]!, score };
}

/** The first arm of the study is what odds are measured against, whichever was judged first. */
export function inArmOrder(answers: readonly LikertAnswer[], arms: readonly string[]): Score[] {
  const scores = answers.map(toScore);
  return arms.flatMap((arm) => scores.filter((score) => score.arm === arm));
}

/** Scores that one rater gave for one caption compare their arms, equal scores being ties; sides in the order given. */
function impliedVotes(answers: readonly LikertAnswer[]): Vote[] {
  const votes: Vote[] = [];
  const scoresOf = new Map<string, { arm: string; score: number }[]>();
  for (const { caption, rater, shown, score } of answers) {
    const arm = shown[0]!;
    const key = JSON.stringify([caption, rater]);
    const earlier = scoresOf.get(key) ?? [];
    for (const { arm: other, score: otherScore } of earlier) {
      if (other === arm) continue;
      const winner = otherScore === score ? "tie" : otherScore > score ? "left" : "right";
      votes.push({ caption, rater, left: other, right: arm, winner });
    }
    scoresOf.set(key, [...earlier, { arm, score }]);
  }
  return votes;
}

function orderedRow(scores: readonly Score[], pair: readonly [string, string]): AlternativeRow[] {
  // Odds are measured against the arm that comes first.
  const ordered = [...scores].sort((a, b) => Number(b.arm === pair[1]) - Number(a.arm === pair[1]));
  const strength = fitCumulativeLink(ordered, coverage)?.strengths.find(({ arm }) => arm === pair[0]);
  if (!strength) return [];
  const { value, low, high } = strength;
  return [
    {
      choice: "ordered-scores",
      description: "Scores by order only, not as equal steps (log odds)",
      answers: scores.length,
      raters: new Set(scores.map(({ rater }) => rater)).size,
      unit: "log-odds",
      estimate: value,
      low,
      high,
      winRate: null,
      ahead: low > 0 ? pair[0] : high < 0 ? pair[1] : null,
      without: null,
    },
  ];
}
