/** What is read of a file of votes. */
import type { ArmAnswer } from "@/lib/questions/question-types";
import type { FileKind } from "./file-kinds";
import type { FileAnswer } from "./row-reader";

export type QuestionVotes = {
  /** Null in a file that names no question. */
  readonly question: string | null;
  readonly type: ArmAnswer["type"];
  readonly answers: readonly FileAnswer[];
  /** Answers of raters whom the study excluded, and those raters; they are not among `answers`. */
  readonly excluded: { readonly raters: number; readonly answers: number };
  /** Those raters; their answers are there where all raters are counted. */
  readonly excludedRaters: readonly string[];
};

export type VoteFile = {
  readonly kind: FileKind;
  /** Which column was taken for what, by the names that `--columns` uses; several are separated by commas. */
  readonly columns: Readonly<Record<string, string>>;
  /** Whether votes name captions and raters; where not, each counts as one of its own. */
  readonly names: { readonly captions: boolean; readonly raters: boolean };
  /** In order of appearance; at least one. */
  readonly questions: readonly QuestionVotes[];
  /** What a reader must know of how the file was read, in sentences. */
  readonly notes: readonly string[];
};

/** A row that cannot be used. `line` counts from 1; in a JSON array it is the number of the record. */
export type BadRow = { readonly line: number; readonly reason: string };
