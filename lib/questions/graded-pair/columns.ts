/** Graded pairs in votes.csv. */
import type { VoteColumns } from "../question-type";
import { gradedAnswers } from "./answer";
import type { GradedAnswer } from "./statistics";

export const gradedColumns: VoteColumns<GradedAnswer> = {
  names: ["grade"],
  write: ({ grade }) => ({
    grade: String(grade),
    winner: gradedAnswers.toWinner!({ type: "graded-pair", grade }),
  }),
  read: ({ grade = "" }, seen) =>
    /^(-[1-3]|[0-3])$/.test(grade) && seen.shown.length === 2
      ? { type: "graded-pair", grade: Number(grade), ...seen }
      : null,
};
