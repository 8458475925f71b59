/** Pairs in files of other tools. */
import { type Winner, winners } from "@/lib/statistics/vote";
import { readNumber } from "@/lib/text/read-number";
import type { PairAnswer } from "./statistics";

/** Winners by words that name no arm, in lower case. */
const winnerWords: ReadonlyMap<string, Winner> = new Map([
  ...winners.map((winner) => [winner, winner] as const),
  ["equal", "tie"],
  ["draw", "tie"],
  ["tievote", "tie"],
  ["a=b", "tie"],
  ["a=b=good", "tie"],
  ["tie (bothgood)", "tie"],
  ["both_good", "tie"],
  ["both good", "tie"],
  ["leftvote", "left"],
  ["a>b", "left"],
  ["rightvote", "right"],
  ["b>a", "right"],
  ["bothbad_vote", "both_bad"],
  ["a=b=bad", "both_bad"],
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
 * @param sides what the columns call the two, such as a and b; elsewhere the names of arms come before such words
 * @returns what is wrong with them where they are not an answer, in words
 */
export function cellsToPair(
  seen: { caption: string; rater: string },
  cells: { left?: string; right?: string; winner?: string },
  sides: readonly [string, string] | null,
): PairAnswer | string {
  const { left = "", right = "", winner: word = "" } = cells;
  if (left === right) return `left and right are both "${left.slice(0, 60)}"`;
  const winner = winnerOf(word, left, right, sides);
  if (winner === "unclear") {
    return `winner "${word}" is both a side and the name of the arm on the other side: use left and right`;
  }
  if (winner === null) {
    return `unknown winner "${word.slice(0, 60)}" (use ${winners.join(", ")}, the name of the arm, or Arena's model_a, model_b, tie, tie (bothbad); or name the columns of what speaks for each side: --columns winner=LEFT,winner=RIGHT)`;
  }
  return { type: "pair", shown: [left, right], winner, ...seen };
}

function winnerOf(
  word: string,
  left: string,
  right: string,
  sides: readonly [string, string] | null,
): Winner | "unclear" | null {
  const lower = word.toLowerCase();
  const known = winnerWords.get(lower);
  if (known !== undefined) return known;
  const named = word === left ? "left" : word === right ? "right" : null;
  const side = sideWords.get(lower) ?? sideOf(lower, sides);
  if (named === null || side === null || named === side) return named ?? side;
  return sides === null ? named : "unclear";
}

/** "1", "model_1" or "image 1" where a side is called 1. */
function sideOf(word: string, sides: readonly [string, string] | null): Winner | null {
  const name = /^(?:(?:model|image|img|arm|system)[ _-]?)?([ab012])$/.exec(word)?.[1];
  if (sides === null || name === undefined) return null;
  return name === sides[0] ? "left" : name === sides[1] ? "right" : null;
}

/**
 * The winner by what speaks for the left, for the right and, where there is a third, for a tie: 1, 0 and 0, votes, or
 * shares of them. Equal ones are a tie.
 *
 * @returns what is wrong with them, in words
 */
export function sharesToWinner(shares: readonly string[]): { winner: Winner } | string {
  const numbers = shares.map((text) => readNumber(text));
  const wrong = numbers.findIndex((share) => share === null || share < 0);
  if (wrong >= 0) return `"${shares[wrong]!.slice(0, 60)}" speaks for no side (use a number, such as 1 or 0)`;
  const [left = 0, right = 0, tie = 0] = numbers as number[];
  const most = Math.max(left, right, tie);
  if (most === 0) return "none of the columns of winners holds more than 0";
  if (tie === most || left === right) return { winner: "tie" };
  return { winner: left > right ? "left" : "right" };
}

export function isBothBad(answer: { readonly type: string }): boolean {
  return answer.type === "pair" && (answer as PairAnswer).winner === "both_bad";
}

/** The answer as a tie where it says that both are bad; any other as it is. */
export function bothBadAsTie<Answer extends { readonly type: string }>(answer: Answer): Answer {
  return isBothBad(answer) ? { ...answer, winner: "tie" } : answer;
}
