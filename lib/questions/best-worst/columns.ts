/** Best and worst in votes.csv. */
import type { VoteColumns } from "../question-type";
import type { BestWorstAnswer } from "./statistics";

export const bestWorstColumns: VoteColumns<BestWorstAnswer> = {
  names: ["best", "worst"],
  write: ({ best, worst }) => ({ best, worst }),
  read({ best = "", worst = "" }, seen) {
    const isWhole = best !== worst && seen.shown.includes(best) && seen.shown.includes(worst);
    return isWhole ? { type: "best-worst", best, worst, ...seen } : null;
  },
};
