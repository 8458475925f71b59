/** The kinds of files that hold votes, and what each must have. */
import type { VoteField } from "./vote-fields";

/** sealed: written by Semblance, one row per answer of any question type. ranks: a row for each model of a ranking; extremes: the best and the worst. */
export type FileKind = PlainKind | "sealed";
export type PlainKind = "pairs" | "scores" | "rankings" | "ranks" | "extremes";

/** Places of fields among a file's columns; absent: the file does not have the field. */
export type Places = Readonly<Partial<Record<VoteField, number>>>;

/** The fields without which there is no vote. */
export const neededFields: Readonly<Record<PlainKind, readonly VoteField[]>> = {
  pairs: ["caption", "rater", "left", "right", "winner"],
  scores: ["caption", "rater", "arm", "score"],
  rankings: ["caption", "rater", "ranking"],
  ranks: ["caption", "rater", "arm", "rank"],
  extremes: ["caption", "rater", "best", "worst", "shown"],
};
