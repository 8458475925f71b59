/** What one row of a votes file says: of a file that Semblance wrote, or of pairs or scores in files of others. */
import { cellsToScore } from "@/lib/questions/likert/plain-file";
import { cellsToPair } from "@/lib/questions/pair/plain-file";
import { type ArmAnswer, questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { counted } from "@/lib/text/counted";
import { isRowUnchanged, rowToAnswer, type VoteRow } from "../files/votes-file";
import {
  assertSealedColumns,
  neededFields,
  type VoteField,
  type VoteLayout,
  voteFields,
} from "./vote-layout";

/** An answer with what else a file says of it. */
export type FileAnswer = ArmAnswer & { readonly latencyMs?: number };

export type ReadRow = {
  readonly question: string | null;
  readonly isExcluded: boolean;
  readonly answer: FileAnswer;
};

export type RowReader = {
  /** What is wrong with the row, in words, where it cannot be used. */
  read(cells: readonly string[], number: number): ReadRow | string;
  /** Whether rows that are alike in all cells are copies: not where they name neither caption nor rater. */
  readonly canBeCopied: boolean;
  notes(): string[];
};

/** Rows that Semblance wrote. */
export function sealedReader(columns: readonly string[], heading: string): RowReader {
  let changed = 0;
  const name = names();
  return {
    canBeCopied: true,
    read(cells) {
      const row = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""])) as VoteRow;
      if (!isRowUnchanged(row)) changed++;
      // Files from before a type was known have no columns of it.
      const type = questionTypeNames.find((known) => known === row.question_type);
      if (type !== undefined) assertSealedColumns(columns, questionTypes[type].columns.names, heading);
      let answer: ReturnType<typeof rowToAnswer>;
      try {
        answer = rowToAnswer({ ...row, picture_sha256s: row.picture_sha256s || "[]" });
      } catch {
        return "a cell with a list (shown, ranking, picture_sha256s) is not valid JSON";
      }
      if (answer === null) return `it contains no answer of type “${row.question_type}” to what was shown`;
      const { isExcluded, criterion } = answer;
      const latencyMs = Number(row.latency_ms);
      return {
        question: criterion,
        isExcluded,
        answer: { ...withNames(answer, name), ...(latencyMs > 0 ? { latencyMs } : {}) },
      };
    },
    notes: () =>
      changed === 0
        ? []
        : [
            `${counted(changed, "row does not match its hash", "rows do not match their hashes")}: the file was changed after it was written.`,
          ],
  };
}

/** Names of answers in composed form. */
function withNames(answer: ArmAnswer, name: (text: string) => string): ArmAnswer {
  const base = {
    caption: name(answer.caption),
    rater: name(answer.rater),
    shown: answer.shown.map(name),
  };
  return questionTypes[answer.type].answers.rename(answer, base, name);
}

/** Rows of pairs or scores, by the places of their fields. */
export function plainReader({
  kind,
  places,
  sidesAreLetters,
}: { kind: "pairs" | "scores" } & Omit<VoteLayout, "kind">): RowReader {
  const name = names();
  const read: readonly VoteField[] = [...neededFields[kind], "question"];
  // Filled again by every row.
  const found: Partial<Record<VoteField, string>> = {};
  const hasCaption = places.caption !== undefined;
  const hasRater = places.rater !== undefined;
  return {
    canBeCopied: hasCaption && hasRater,
    read(cells, number) {
      let isWhole = true;
      for (const field of read) {
        const place = places[field];
        if (place === undefined) continue;
        const text = name(cells[place] ?? "");
        found[field] = text;
        if (field !== "question" && (text === "" || text.includes("\u{FFFD}"))) isWhole = false;
      }
      if (!isWhole) return cellsFault(found);
      const { caption = `vote ${number}`, rater = `vote ${number}`, question = "" } = found;
      const seen = { caption, rater };
      const answer = kind === "pairs" ? cellsToPair(seen, found, sidesAreLetters) : cellsToScore(seen, found);
      return typeof answer === "string" ? answer : { question: question || null, isExcluded: false, answer };
    },
    notes: () => {
      const missing = [hasCaption ? null : "captions", hasRater ? null : "raters"].filter(Boolean);
      return missing.length === 0
        ? []
        : [
            `The file names no ${missing.join(" and no ")}: each vote is treated as independent, so intervals do not account for repeats.`,
          ];
    },
  };
}

/** @param found what a row holds, by field */
function cellsFault(found: Readonly<Partial<Record<VoteField, string>>>): string {
  const fields = voteFields.filter((field) => field !== "question" && found[field] !== undefined);
  const empty = fields.filter((field) => found[field] === "");
  if (empty.length > 0) return `${empty.join(", ")} ${empty.length > 1 ? "are" : "is"} empty`;
  // What a decoder puts in place of bytes that are not UTF-8: two names could become one.
  const foreign = fields.filter((field) => found[field]!.includes("\u{FFFD}"));
  return `${foreign.join(", ")} ${foreign.length > 1 ? "contain" : "contains"} characters that are not UTF-8`;
}

/** Cells as names: without blanks around them, in composed form. Most are in many rows and are worked out once. */
function names(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    let name = known.get(text);
    if (name === undefined) {
      name = text.trim().normalize("NFC");
      known.set(text, name);
    }
    return name;
  };
}
