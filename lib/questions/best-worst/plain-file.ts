/** Best and worst of several, in files of other tools. */
import type { BestWorstAnswer } from "./statistics";

/**
 * @param shown all arms that were to choose from
 * @returns what is wrong with them where they are not an answer, in words
 */
export function cellsToBestWorst(
  seen: { caption: string; rater: string },
  { best = "", worst = "" }: { best?: string; worst?: string },
  shown: readonly string[],
): BestWorstAnswer | string {
  const twice = shown.find((arm, place) => shown.indexOf(arm) !== place);
  if (twice !== undefined) return `shown names "${twice.slice(0, 60)}" twice`;
  if (shown.length < 3) return `shown names ${shown.length} models (best–worst needs three or more)`;
  if (best === worst) return `best and worst are both "${best.slice(0, 60)}"`;
  for (const [field, arm] of [
    ["best", best],
    ["worst", worst],
  ] as const) {
    if (!shown.includes(arm)) return `${field} is "${arm.slice(0, 60)}", which is not among those shown`;
  }
  return { type: "best-worst", shown, best, worst, ...seen };
}
