/** Scores in files of other tools. */
import { counted } from "@/lib/text/counted";
import { readNumber } from "@/lib/text/read-number";
import { isScore, type LikertAnswer } from "./statistics";

/** The ends of a scale. */
export type ScoreScale = { readonly lowest: number; readonly highest: number };

/** What scores are taken to lie in where nobody says more. */
export const widestScale: ScoreScale = { lowest: 0, highest: 100 };

/** Scales in use, the narrowest first; the first is that of studies here. */
const usualScales: readonly ScoreScale[] = [
  { lowest: 1, highest: 5 },
  { lowest: 0, highest: 1 },
  { lowest: 0, highest: 5 },
  { lowest: 1, highest: 7 },
  { lowest: 1, highest: 10 },
  { lowest: 0, highest: 10 },
  widestScale,
];

/**
 * Scores with their scale, where it is not the usual one: the given scale, or the narrowest in use that holds them all.
 * Other answers are as they were.
 */
export function withScale<Answer extends { readonly type: string }>(
  answers: readonly Answer[],
  given: ScoreScale | undefined,
): readonly Answer[] {
  const scores = answers.flatMap((answer) => (isScore(answer) ? [answer.score] : []));
  if (scores.length === 0) return answers;
  const lowest = scores.reduce((least, score) => Math.min(least, score));
  const highest = scores.reduce((most, score) => Math.max(most, score));
  const scale = given ??
    usualScales.find((each) => each.lowest <= lowest && highest <= each.highest) ?? { lowest, highest };
  const [usual] = usualScales;
  if (scale.lowest === usual!.lowest && scale.highest === usual!.highest) return answers;
  return answers.map((answer) => ({ ...answer, scale: [scale.lowest, scale.highest] }));
}

/** How files say that there is no score, in lower case. */
const missingScores: ReadonlySet<string> = new Set([
  "",
  "na",
  "n/a",
  "n.a.",
  "<na>",
  "nan",
  "null",
  "none",
  "nil",
  "-",
  "–",
]);

export function isMissingScore(text: string): boolean {
  return missingScores.has(text.toLowerCase());
}

/** @returns what is wrong with the cells where they are not an answer, in words. @param cells none of them empty */
export function cellsToScore(
  seen: { caption: string; rater: string },
  cells: { arm?: string; score?: string },
  { lowest, highest }: ScoreScale,
): LikertAnswer | string {
  const { arm = "", score: text = "" } = cells;
  const score = readNumber(text);
  if (score !== null && (score < lowest || score > highest) && highest === widestScale.highest) {
    return `score is "${text.slice(0, 60)}", not ${lowest} to ${highest} (leave it empty if it stands for none; --scale LOW-HIGH names another scale)`;
  }
  if (score === null || score < lowest || score > highest) {
    return `score is "${text.slice(0, 60)}" (use a number, ${lowest} to ${highest})`;
  }
  return { type: "likert", shown: [arm], score, ...seen };
}

/** Under this many scores nothing is far from the others. */
const fewestScores = 50;
/** The most scores that can be strays. */
const largestStrayShare = 0.01;

/**
 * Scores that lie further above the others than these lie apart, such as 50 where a point was lost: what is wrong with
 * them in words, by index. None where more than one in a hundred does: then it is the scale.
 */
export function strayScores(scores: readonly number[]): { index: number; reason: string }[] {
  if (scores.length < fewestScores) return [];
  const ordered = [...scores].sort((a, b) => a - b);
  const mostStrays = Math.max(1, Math.floor(largestStrayShare * scores.length));
  for (let at = scores.length - mostStrays; at < scores.length; at++) {
    const others = ordered[at - 1]!;
    const spread = others - ordered[0]!;
    if (spread === 0 || ordered[at]! - others <= spread) continue;
    const said = `the other ${counted(at, "score lies", "scores lie")} between ${ordered[0]} and ${others}`;
    return scores.flatMap((score, index) =>
      score > others ? [{ index, reason: `score is ${score}, but ${said}` }] : [],
    );
  }
  return [];
}
