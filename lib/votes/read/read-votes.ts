/** Votes of a file, question by question: of any type in a release of ours, and pairs, scores or rankings in files of others. */
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import type { ScoreScale } from "@/lib/questions/likert/plain-file";
import { oneLine } from "@/lib/text/one-line";
import { CollectedAnswers } from "./collected-answers";
import { CopiedRows } from "./copied-rows";
import { type FileRows, readRows } from "./file-rows";
import { plainReader } from "./plain-reader";
import { sealedReader } from "./sealed-reader";
import { type ColumnMapping, fieldName, isRepeatable, voteFields } from "./vote-fields";
import type { BadRow, VoteFile } from "./vote-file";
import { findLayout, type VoteLayout } from "./vote-layout";

export type ReadVotesOptions = {
  readonly columns?: ColumnMapping;
  /** Counts raters whom the study excluded, too. */
  readonly allRaters?: boolean;
  /** What scores of other tools must lie in; without it 0 to 100, and no score far from the others. */
  readonly scale?: ScoreScale;
  /** Takes "both bad" for a tie. */
  readonly isBothBadTie?: boolean;
};

/** How many bad rows are collected before reading stops being useful to the person who must correct them. */
export const listedBadRows = 20;

/**
 * @param path of the file, or of the folder of a release
 * @throws SemblanceError `not_found` where there is no such file; otherwise as `parseVotes`
 */
export async function readVotes(path: string, options: ReadVotesOptions = {}): Promise<VoteFile> {
  const bytes = await readTableFile(path);
  return parseVotes(bytes, basename(path), options);
}

/** @throws SemblanceError `not_found` where there is no such file, `invalid_file` where it cannot be read */
export async function readTableFile(path: string): Promise<Buffer> {
  return readFile(path)
    .catch((cause: NodeJS.ErrnoException) => {
      // The folder of a release.
      if (cause.code === "EISDIR") return readFile(join(path, "votes.csv"));
      throw cause;
    })
    .catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT" && !cause.path?.startsWith(join(path, "votes.csv"))) {
        throw new SemblanceError("not_found", `There is no file ${path}.`, {
          remedy: "Check the path.",
          cause,
        });
      }
      throw new SemblanceError("invalid_file", `${path} cannot be read as a file.`, {
        remedy: "Use a readable file, or the folder of a release with its votes.csv.",
        cause,
      });
    });
}

/**
 * All rows are read before anything is rejected, so that all faults can be corrected at once. Names are compared in
 * Unicode's composed form (NFC). A row that is a copy of an earlier one counts once, and a note says so; another score
 * by the same rater for the same image is a fault.
 *
 * @throws SemblanceError `invalid_file`: as `readRows` and `findLayout`, or bad rows, whose first `listedBadRows` are in
 *   `details.badRows` (`BadRow[]`) and their number in `details.badRowCount`
 */
export function parseVotes(bytes: Uint8Array, fileName: string, options: ReadVotesOptions = {}): VoteFile {
  const rows = readRows(bytes, fileName);
  const found = findLayout(rows, options.columns);
  const { layout, notes } = withoutCaptionsAsQuestions(found, rows);
  const { kind } = layout;
  const reader =
    kind === "sealed"
      ? sealedReader(layout.columns, rows.heading)
      : plainReader({ ...layout, kind }, options);
  const collected = new CollectedAnswers({
    allRaters: options.allRaters ?? false,
    isBothBadTie: options.isBothBadTie ?? false,
    unit: rows.unit,
  });
  const copies = new CopiedRows(rows.unit, idPlaceOf(layout));
  const faults: BadRow[] = [];
  let rowCount = 0;
  rows.each((cells, number) => {
    rowCount++;
    const read = reader.read(cells, number);
    if (typeof read === "string") return void faults.push({ line: number, reason: read });
    const seen = reader.canBeCopied ? copies.judge(cells, number) : "new";
    if (seen === "copy") return;
    const fault = seen === "new" ? collected.add(read) : seen;
    if (fault !== null) faults.push({ line: number, reason: fault });
  });
  faults.push(...collected.finish(options.scale !== undefined));
  refuseBadRows(faults, rowCount, fileName);
  if (collected.isEmpty) {
    throw new SemblanceError("invalid_file", `${fileName} has a header but no votes.`, {
      remedy: "Give a file with one row per vote.",
    });
  }
  return {
    kind,
    columns: columnsTaken(layout),
    names: {
      captions: kind === "sealed" || layout.places.caption !== undefined,
      raters:
        kind === "sealed" ||
        layout.places.rater !== undefined ||
        layout.scoreColumnsAre === "rater" ||
        layout.placesAreRaters,
    },
    questions: collected.toQuestions(fileName),
    notes: [...notes, ...reader.notes(), ...copies.notes(), ...collected.notes()],
  };
}

function refuseBadRows(faults: readonly BadRow[], rowCount: number, fileName: string): void {
  if (faults.length === 0) return;
  const badRowCount = new Set(faults.map(({ line }) => line)).size;
  const badRows = [...faults]
    .sort((a, b) => a.line - b.line)
    .slice(0, listedBadRows)
    .map(({ line, reason }) => ({ line, reason: oneLine(reason) }));
  throw new SemblanceError("invalid_file", `${fileName} has ${badRowCount} bad of ${rowCount} rows.`, {
    remedy: "Correct or remove these rows.",
    details: { badRows, badRowCount },
  });
}

/**
 * A column that is called a question may hold what was asked of each caption ("Is there a dog?"). Where it was found by
 * its name alone and each of its values goes with one caption, it does not separate questions.
 */
function withoutCaptionsAsQuestions(layout: VoteLayout, rows: FileRows) {
  const { question, caption } = layout.places;
  const same = { layout, notes: [] as string[] };
  if (layout.kind === "sealed" || !layout.isQuestionGuessed || question === undefined) return same;
  if (caption === undefined) return same;
  const captionOf = new Map<string, string>();
  let isOfCaption = true;
  rows.each((cells) => {
    const [asked, text] = [(cells[question] ?? "").trim(), (cells[caption] ?? "").trim()];
    const known = captionOf.get(asked);
    if (known === undefined) captionOf.set(asked, text);
    else if (known !== text) isOfCaption = false;
  });
  if (!isOfCaption || new Set(captionOf.values()).size < 2) return same;
  const { question: _, ...places } = layout.places;
  const heading = layout.headings[question]!;
  return {
    layout: { ...layout, places },
    notes: [
      `Each value of the column ${heading} goes with one caption, so it is not taken as several questions; --columns question=${heading} does so.`,
    ],
  };
}

function columnsTaken({ kind, places, several, headings }: VoteLayout): Record<string, string> {
  if (kind === "sealed") return {};
  return Object.fromEntries(
    voteFields.flatMap((field) => {
      const list = isRepeatable(field) ? several[field] : [];
      const all = list.length > 0 ? list : places[field] === undefined ? [] : [places[field]];
      return all.length === 0 ? [] : [[fieldName(field), all.map((place) => headings[place]).join(", ")]];
    }),
  );
}

/** The column of what names an answer, in files that have one. */
function idPlaceOf({ kind, columns }: VoteLayout): number | null {
  return kind === "sealed" && columns.includes("lease_id") ? columns.indexOf("lease_id") : null;
}
