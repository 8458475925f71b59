/** Pairs in files of other tools. */
import { type Winner, winners } from "@/lib/statistics/vote";
import type { PairAnswer } from "./statistics";

/** Winners by words that name no arm, in lower case. */
const winnerWords: ReadonlyMap<string, Winner> = new Map([
  ...winners.map((winner) => [winner, winner] as const),
  ["equal", "tie"],
  ["tie (bothbad)", "both_bad"],
  ["tie (both bad)", "both_bad"],
  ["bothbad", "both_bad"],
  ["both bad", "both_bad"],
  ["neither", "both_bad"],
]);

/** Sides by the words of Arena; arms may have such names as well. */
const sideWords: ReadonlyMap<string, Winner> = new Map([
  ["model_a", "left"],
  ["a", "left"],
  ["model_b", "right"],
  ["b", "right"],
]);

/**
 * @param cells none of them empty
 * @param sidesAreLetters columns call the sides a and b; elsewhere the names of arms come before such words
 * @returns what is wrong with them where they are not an answer, in words
 */
export function cellsToPair(
  seen: { caption: string; rater: string },
  cells: { left?: string; right?: string; winner?: string },
  sidesAreLetters: boolean,
): PairAnswer | string {
  const { left = "", right = "", winner: word = "" } = cells;
  if (left === right) return `left and right are both "${left.slice(0, 60)}"`;
  const winner = winnerOf(word, left, right, sidesAreLetters);
  if (winner === "unclear") {
    return `winner "${word}" is both a side and the name of the arm on the other side: use left and right`;
  }
  if (winner === null) {
    return `unknown winner "${word.slice(0, 60)}" (use ${winners.join(", ")}, the name of the arm, or Arena's model_a, model_b, tie, tie (bothbad))`;
  }
  return { ...seen, type: "pair", shown: [left, right], winner };
}

function winnerOf(
  word: string,
  left: string,
  right: string,
  sidesAreLetters: boolean,
): Winner | "unclear" | null {
  const lower = word.toLowerCase();
  const known = winnerWords.get(lower);
  if (known !== undefined) return known;
  const named = word === left ? "left" : word === right ? "right" : null;
  const side = sideWords.get(lower) ?? null;
  if (named === null || side === null || named === side) return named ?? side;
  return sidesAreLetters ? "unclear" : named;
}

export function isBothBad(answer: { readonly type: string }): boolean {
  return answer.type === "pair" && (answer as PairAnswer).winner === "both_bad";
}

/** The answer as a tie where it says that both are bad; any other as it is. */
export function bothBadAsTie<Answer extends { readonly type: string }>(answer: Answer): Answer {
  return isBothBad(answer) ? { ...answer, winner: "tie" } : answer;
}
