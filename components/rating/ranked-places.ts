/** Ranking and best-worst by tapping one picture after the other. */
import type { QuestionTypeName, RaterAnswer } from "@/lib/questions/question-types";
import type { RaterStrings } from "./strings/rater-strings";

/** How many pictures are tapped before the answer is complete; 0 where tapping is no answer. */
export function tapsNeeded(type: QuestionTypeName, count: number): number {
  // The last picture of a ranking is what is left.
  return type === "ranking" ? count - 1 : type === "best-worst" ? 2 : 0;
}

/** The answer that the tapped places make; null while some are missing. */
export function tapsToAnswer(
  type: QuestionTypeName,
  count: number,
  tapped: readonly number[],
): RaterAnswer | null {
  if (tapped.length < tapsNeeded(type, count)) return null;
  if (type === "best-worst") return { type, best: tapped[0]!, worst: tapped[1]! };
  if (type !== "ranking") return null;
  const rest = Array.from({ length: count }, (_, place) => place).filter((place) => !tapped.includes(place));
  return { type, order: [...tapped, ...rest] };
}

/** What stands on a picture that was tapped, and how it is spoken. */
export type Badge = { text: string; spoken: string };

/** By place; null for pictures that were not tapped. */
export function tapBadges(
  type: QuestionTypeName,
  count: number,
  tapped: readonly number[],
  strings: RaterStrings,
): (Badge | null)[] {
  return Array.from({ length: count }, (_, place) => {
    const rank = tapped.indexOf(place);
    if (rank < 0) return null;
    if (type === "ranking") return { text: String(rank + 1), spoken: strings.place(rank + 1) };
    const extreme = rank === 0 ? strings.best : strings.worst;
    return { text: extreme, spoken: extreme };
  });
}
