/** Scores in votes.csv. */
import type { VoteColumns } from "../question-type";
import type { LikertAnswer } from "./statistics";

export const likertColumns: VoteColumns<LikertAnswer> = {
  names: ["score"],
  write: ({ score }) => ({ score: String(score) }),
  read: ({ score = "" }, seen) =>
    /^-?\d+(\.\d+)?$/.test(score) ? { type: "likert", score: Number(score), ...seen } : null,
};
