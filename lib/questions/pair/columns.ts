/** Pairs in votes.csv. */
import { isWinner } from "@/lib/statistics/vote";
import type { VoteColumns } from "../question-type";
import type { PairAnswer } from "./statistics";

export const pairColumns: VoteColumns<PairAnswer> = {
  names: [],
  write: ({ winner }) => ({ winner }),
  read: ({ winner = "" }, seen) =>
    isWinner(winner) && seen.shown.length === 2 ? { type: "pair", winner, ...seen } : null,
};
