/** Scores in files of other tools. */
import type { LikertAnswer } from "./statistics";

const largestScore = 100;

/** @returns what is wrong with the cells where they are not an answer, in words. @param cells none of them empty */
export function cellsToScore(
  seen: { caption: string; rater: string },
  cells: { arm?: string; score?: string },
): LikertAnswer | string {
  const { arm = "", score: text = "" } = cells;
  const score = Number(text);
  if (!Number.isInteger(score) || score < 0 || score > largestScore) {
    return `score is "${text.slice(0, 60)}" (use a whole number, 0 to ${largestScore})`;
  }
  return { ...seen, type: "likert", shown: [arm], score };
}
