/** Votes of a file, question by question: of any type in a release of ours, pairs and scores in files of others. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import type { ArmAnswer } from "@/lib/questions/question-types";
import { counted } from "@/lib/text/counted";
import { oneLine } from "@/lib/text/one-line";
import { CopiedRows } from "./copied-rows";
import { readRows } from "./file-rows";
import { type FileAnswer, plainReader, type ReadRow, sealedReader } from "./row-readers";
import { findLayout, type VoteField, type VoteLayout } from "./vote-layout";

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

/** How many bad rows are collected before reading stops being useful to the person who must correct them. */
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
 * All rows are read before anything is rejected, so that all faults can be corrected at once. Names are compared in
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
  const copies = new CopiedRows(rows.unit, idPlaceOf(layout));
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
