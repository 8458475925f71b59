/** Rankings in files of other tools. */
import { armsInCell } from "../arms-in-cell";
import type { RankingAnswer } from "./statistics";

/**
 * Such files do not say how images lay on the screen: `shown` is best first.
 *
 * @returns what is wrong with the cell where it is not an order of at least two arms, in words
 */
export function cellToRanking(
  seen: { caption: string; rater: string },
  cell: string,
): RankingAnswer | string {
  const order = armsInCell(cell);
  if (order === null) {
    return `ranking is "${cell.slice(0, 60)}" (write the models best first: a > b > c, or a JSON array)`;
  }
  const twice = order.find((arm, place) => order.indexOf(arm) !== place);
  if (twice !== undefined) return `ranking names "${twice.slice(0, 60)}" twice`;
  if (order.length < 2) return "ranking names one model alone";
  return { type: "ranking", shown: order, order, ...seen };
}

/**
 * A ranking from one row per arm.
 *
 * @param ranks by arm, 1 being the best; `shown` keeps their order
 * @returns what is wrong with the ranks, in words
 */
export function ranksToRanking(
  seen: { caption: string; rater: string },
  ranks: ReadonlyMap<string, number>,
): RankingAnswer | string {
  const ordered = [...ranks].sort(([, a], [, b]) => a - b);
  if (ordered.length < 2) return `only "${ordered[0]![0].slice(0, 60)}" has a rank in this ranking`;
  const tied = ordered.findIndex(([, rank], place) => rank === ordered[place + 1]?.[1]);
  if (tied >= 0) {
    const names = [ordered[tied]![0], ordered[tied + 1]![0]].map((arm) => `"${arm.slice(0, 60)}"`);
    return `${names.join(" and ")} share rank ${ordered[tied]![1]} (rankings have no ties; give the ranks as scores if they have)`;
  }
  return {
    type: "ranking",
    shown: [...ranks.keys()],
    order: ordered.map(([arm]) => arm),
    ...seen,
  };
}
