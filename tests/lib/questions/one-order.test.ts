/** Everybody agrees, and always will: no likelihood has a finite maximum, however many answers there are. */
import { describe, expect, test } from "vitest";
import { computeStandings, sensitivityOf } from "@/lib/questions/answer-statistics";
import { type ArmAnswer, type QuestionTypeName, questionTypeNames } from "@/lib/questions/question-types";

const arms = ["a", "b", "c", "d", "e"];

/** Two to four of the arms in their order, the best one first and on the left. */
function answersTo(type: QuestionTypeName, count: number): ArmAnswer[] {
  const size = { pair: 2, "graded-pair": 2, likert: 1, ranking: 3, "best-worst": 4 }[type];
  return Array.from({ length: count }, (_, i) => {
    const start = i % (arms.length - size + 1);
    const shown = arms.slice(start, start + size);
    return {
      caption: `c${i % 101}`,
      rater: `r${i % 17}`,
      shown,
      ...saying(type, shown, start),
    } as unknown as ArmAnswer;
  });
}

function saying(type: QuestionTypeName, shown: string[], start: number): object {
  return {
    pair: { type, winner: "left" },
    "graded-pair": { type, grade: -3 },
    likert: { type, score: 5 - start },
    ranking: { type, order: shown },
    "best-worst": { type, best: shown[0], worst: shown.at(-1) },
  }[type];
}

describe.each(questionTypeNames)("%s", (type) => {
  test.each([40, 4000])("%i answers that all say the same rank the arms", (count) => {
    const answers = answersTo(type, count);
    const { rows } = computeStandings(type, answers, { arms, seed: 1 });
    expect(rows.map(({ arm }) => arm)).toEqual(arms);
    for (const { rating, rating_q025, rating_q975 } of rows) {
      for (const value of [rating, rating_q025, rating_q975]) expect(Number.isFinite(value)).toBe(true);
    }
    const known = answers.map((answer) => ({
      ...answer,
      isExcluded: false,
      isExcludedByCheck: false,
      isFlagged: false,
    }));
    expect(sensitivityOf(type, known, { arms, raters: "all" })).not.toBeNull();
  });
});
