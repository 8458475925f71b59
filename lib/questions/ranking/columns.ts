/** Rankings in votes.csv. */
import type { VoteColumns } from "../question-type";
import type { RankingAnswer } from "./statistics";

export const rankingColumns: VoteColumns<RankingAnswer> = {
  names: ["ranking"],
  write: ({ order }) => ({ ranking: JSON.stringify(order) }),
  read({ ranking = "" }, seen) {
    const order: unknown = JSON.parse(ranking);
    const isWhole =
      Array.isArray(order) &&
      order.length === seen.shown.length &&
      seen.shown.every((arm) => order.includes(arm));
    return isWhole ? { type: "ranking", order, ...seen } : null;
  },
};
