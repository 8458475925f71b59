/** Votes of a file, question by question: of any type in a release of ours, pairs and scores in files of others. */

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { cellsToScore } from "@/lib/questions/likert/plain-file";
import { cellsToPair } from "@/lib/questions/pair/plain-file";
import { type ArmAnswer, questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { oneLine } from "@/lib/text/one-line";
import { isRowUnchanged, rowToAnswer, type VoteRow } from "../files/votes-file";
import { readRows } from "./file-rows";
import {
  assertSealedColumns,
  findLayout,
  neededFields,
  type VoteField,
  type VoteLayout,
  voteFields,
} from "./vote-layout";

/** An answer with what else a file says of it. */
export type FileAnswer = ArmAnswer & { readonly latencyMs?: number };

export type QuestionVotes = {
  /** Null in a file that names no question. */
  readonly question: string | null;
  readonly type: ArmAnswer["type"];
  readonly answers: readonly FileAnswer[];
  /** Answers of raters whom the study excluded, and those raters; they are not among `answers`. */
  readonly excluded: { readonly raters: number; readonly answers: number };
};

export type VoteFile = {
  /** Whether votes name captions and raters; where not, each counts as one of its own. */
  readonly names: { readonly captions: boolean; readonly raters: boolean };
  /** In order of appearance; at least one. */
  readonly questions: readonly QuestionVotes[];
  /** What a reader must know of how the file was read, in sentences. */
  readonly notes: readonly string[];
};

export type ReadVotesOptions = {
  readonly columns?: Readonly<Partial<Record<VoteField, string>>>;
  /** Counts raters whom the study excluded, too. */
  readonly allRaters?: boolean;
};

/** A row that cannot be used. `line` counts from 1; in a JSON array it is the number of the record. */
export type BadRow = { readonly line: number; readonly reason: string };

/** How many bad rows are collected before reading stops being useful to the person who must mend them. */
export const listedBadRows = 20;

/**
 * @throws SemblanceError `not_found` where there is no such file; otherwise as `parseVotes`
 */
export async function readVotes(path: string, options: ReadVotesOptions = {}): Promise<VoteFile> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") {
      throw new SemblanceError("not_found", `There is no file ${path}.`, {
        remedy: "Check the path.",
        cause,
      });
    }
    throw new SemblanceError("invalid_file", `${path} cannot be read as a file.`, {
      remedy: "Use a readable file.",
      cause,
    });
  });
  return parseVotes(bytes, basename(path), options);
}

/**
 * All rows are read before anything is refused, so that all faults can be mended at once. Names are compared in
 * Unicode's composed form (NFC). A row that is a copy of an earlier one counts once, and a note says so.
 *
 * @throws SemblanceError `invalid_file`: as `readRows` and `findLayout`, or bad rows, whose first `listedBadRows` are in
 *   `details.badRows` (`BadRow[]`) and their number in `details.badRowCount`
 */
export function parseVotes(bytes: Uint8Array, fileName: string, options: ReadVotesOptions = {}): VoteFile {
  const rows = readRows(bytes, fileName);
  const layout = findLayout(rows, options.columns);
  const { kind, places } = layout;
  const reader =
    kind === "sealed" ? sealedReader(layout.columns, rows.heading) : plainReader({ ...layout, kind });
  const collected = new Collected(options.allRaters ?? false);
  const copies = new Copies(rows.unit, idPlaceOf(layout));
  const badRows: BadRow[] = [];
  let rowCount = 0;
  let badRowCount = 0;
  const refuse = (line: number, reason: string) => {
    if (++badRowCount <= listedBadRows) badRows.push({ line, reason: oneLine(reason) });
  };
  rows.each((cells, number) => {
    rowCount++;
    const read = reader.read(cells, number);
    if (typeof read === "string") return refuse(number, read);
    const seen = reader.canBeCopied ? copies.judge(cells, number) : "new";
    if (seen === "new") collected.add(read);
    else if (seen !== "copy") refuse(number, seen);
  });
  if (badRowCount > 0) {
    throw new SemblanceError("invalid_file", `${fileName} has ${badRowCount} bad of ${rowCount} rows.`, {
      remedy: "Correct or remove these rows.",
      details: { badRows, badRowCount },
    });
  }
  if (rowCount === 0) {
    throw new SemblanceError("invalid_file", `${fileName} has a header but no votes.`, {
      remedy: "Give a file with one row per vote.",
    });
  }
  const isSealed = kind === "sealed";
  return {
    names: {
      captions: isSealed || places.caption !== undefined,
      raters: isSealed || places.rater !== undefined,
    },
    questions: collected.toQuestions(fileName),
    notes: [...reader.notes(), ...copies.notes(), ...collected.notes()],
  };
}

/** The column of what names an answer, in files that have one. */
function idPlaceOf({ kind, columns }: VoteLayout): number | null {
  return kind === "sealed" && columns.includes("lease_id") ? columns.indexOf("lease_id") : null;
}

type ReadRow = {
  readonly question: string | null;
  readonly isExcluded: boolean;
  readonly answer: FileAnswer;
};

type RowReader = {
  /** What is wrong with the row, in words, where it cannot be used. */
  read(cells: readonly string[], number: number): ReadRow | string;
  /** Whether rows that are alike in all cells are copies: not where they name neither caption nor rater. */
  readonly canBeCopied: boolean;
  notes(): string[];
};

/** Rows that Semblance wrote. */
function sealedReader(columns: readonly string[], heading: string): RowReader {
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
function plainReader({
  kind,
  places,
  sidesAreLetters,
}: { kind: "pairs" | "scores" } & Omit<VoteLayout, "kind">): RowReader {
  const name = names();
  const read: readonly VoteField[] = [...neededFields[kind], "question"];
  // Filled anew by every row.
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
  // What a decoder puts in place of bytes that are no UTF-8: two names could become one.
  const foreign = fields.filter((field) => found[field]!.includes("\u{FFFD}"));
  return `${foreign.join(", ")} ${foreign.length > 1 ? "contain" : "contains"} characters that are not UTF-8`;
}

/** Cells as names: without blanks around them, in composed form. Most stand in many rows and are worked out once. */
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

/** Rows that stand in a file twice. */
class Copies {
  readonly #unit: string;
  readonly #idPlace: number | null;
  /** Number of the row, by what it is known by. */
  readonly #numbers = new Map<string, number>();
  /** Of rows with an id, all cells. */
  readonly #rows = new Map<string, string>();
  #count = 0;
  #first: { copy: number; original: number } | null = null;

  /**
   * @param unit what rows are counted in
   * @param idPlace column of what names an answer; null where whole rows are compared
   */
  constructor(unit: string, idPlace: number | null) {
    this.#unit = unit;
    this.#idPlace = idPlace;
  }

  /** "new", "copy", or in words what is wrong with a row that has the id of another. */
  judge(cells: readonly string[], number: number): string {
    const row = cells.join("\u{1}");
    const id = this.#idPlace === null ? row : (cells[this.#idPlace] ?? "");
    const earlier = this.#numbers.get(id);
    if (earlier === undefined) {
      this.#numbers.set(id, number);
      if (this.#idPlace !== null) this.#rows.set(id, row);
      return "new";
    }
    if (this.#idPlace !== null && this.#rows.get(id) !== row) {
      return `lease ${id} is on ${this.#unit} ${earlier} with another answer`;
    }
    this.#count++;
    this.#first ??= { copy: number, original: earlier };
    return "copy";
  }

  notes(): string[] {
    if (this.#first === null) return [];
    const { copy, original } = this.#first;
    return [
      `${counted(this.#count, "row is a copy", "rows are copies")} of earlier ones in every column and ${this.#count === 1 ? "was" : "were"} counted once; the first is ${this.#unit} ${copy}, a copy of ${this.#unit} ${original}.`,
    ];
  }
}

/** The answers so far, by question. */
class Collected {
  readonly #allRaters: boolean;
  readonly #questions = new Map<
    string | null,
    { type: ArmAnswer["type"]; answers: FileAnswer[]; excluded: Set<string>; excludedAnswers: number }
  >();

  constructor(allRaters: boolean) {
    this.#allRaters = allRaters;
  }

  add({ question, isExcluded, answer }: ReadRow): void {
    let own = this.#questions.get(question);
    if (!own) {
      own = { type: answer.type, answers: [], excluded: new Set(), excludedAnswers: 0 };
      this.#questions.set(question, own);
    }
    if (isExcluded) {
      own.excluded.add(answer.rater);
      own.excludedAnswers++;
    }
    if (!isExcluded || this.#allRaters) own.answers.push(answer);
  }

  /** @throws SemblanceError `invalid_file` where one question has answers of several types */
  toQuestions(fileName: string): QuestionVotes[] {
    return [...this.#questions].map(([question, { type, answers, excluded, excludedAnswers }]) => {
      const other = answers.find((answer) => answer.type !== type);
      if (other) {
        throw new SemblanceError(
          "invalid_file",
          `${fileName} holds answers of types ${type} and ${other.type} to the question “${question}”.`,
          { remedy: "Use one type per question, or a separate file for each." },
        );
      }
      return { question, type, answers, excluded: { raters: excluded.size, answers: excludedAnswers } };
    });
  }

  notes(): string[] {
    return [...this.#questions].flatMap(([question, { excluded, excludedAnswers }]) => {
      if (excluded.size === 0) return [];
      const of = this.#questions.size > 1 ? ` to ${question}` : "";
      const said = `${counted(excludedAnswers, "answer", "answers")}${of} of ${counted(excluded.size, "excluded rater", "excluded raters")}`;
      return [
        this.#allRaters
          ? `${said} are counted, as requested.`
          : `${said} are left out; --all-raters counts them.`,
      ];
    });
  }
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
