/** Reads votes from CSV, row by row, and names every row that is wrong by its line. */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { pipeline } from "node:stream/promises";
import { CsvError, parse } from "csv-parse";
import { SemblanceError } from "@/lib/errors";
import { isWinner, winners } from "./statistics/vote";
import { type VoteTable, VoteTableBuilder } from "./statistics/vote-table";

/** The columns that a file of votes must have, in any order and beside any others. */
export const voteColumns = ["caption", "rater", "left", "right", "winner"] as const;

/** A row that cannot be used. `line` counts from 1, the header being line 1. */
export type BadRow = { readonly line: number; readonly reason: string };

/** How many bad rows are collected before reading stops being useful to the person who must mend them. */
export const listedBadRows = 20;

/**
 * The votes of a CSV file (UTF-8, comma, quotes doubled inside quotes, any line end, a byte order mark or none).
 *
 * @throws SemblanceError `not_found` where there is no such file; otherwise as `parseVotesCsv`
 */
export async function readVotesCsv(path: string): Promise<VoteTable> {
  try {
    return await parseVotesCsv(createReadStream(path), basename(path));
  } catch (error) {
    const systemCode = (error as NodeJS.ErrnoException).code;
    if (systemCode === "ENOENT") {
      throw new SemblanceError("not_found", `There is no file ${path}.`, {
        remedy: "Check the path.",
        cause: error,
      });
    }
    if (systemCode === "EISDIR" || systemCode === "EACCES") {
      throw new SemblanceError("invalid_file", `${path} cannot be read as a file.`, {
        remedy: "Name a CSV file that you may read.",
        cause: error,
      });
    }
    throw error;
  }
}

/**
 * Votes from the text of a CSV file. All rows are read before anything is refused, so that all faults can be
 * mended at once.
 *
 * @param fileName how messages call the file
 * @throws SemblanceError `invalid_file`: empty, a column missing, quotes that do not close, or bad rows, whose
 * first `listedBadRows` are in `details.badRows` (`BadRow[]`) and their number in `details.badRowCount`
 */
export async function parseVotesCsv(
  source: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  fileName: string,
): Promise<VoteTable> {
  const builder = new VoteTableBuilder();
  const badRows: BadRow[] = [];
  let badRowCount = 0;
  let positions: number[] | undefined;
  let headerFault: SemblanceError | undefined;
  let line = 1;
  const readRows = async (rows: AsyncIterable<string[]>) => {
    for await (const row of rows) {
      const rowLine = line;
      line += 1 + countLineBreaks(row);
      if (row.length === 1 && row[0]!.trim() === "") continue;
      if (!positions) {
        headerFault = findHeaderFault(row, fileName);
        if (headerFault) throw headerFault;
        positions = columnPositions(row);
        continue;
      }
      const fields = positions.map((position) => row[position]?.trim() ?? "");
      const reason = rowFault(fields);
      if (reason === null) {
        builder.add(fields[0]!, fields[1]!, fields[2]!, fields[3]!, fields[4]!);
      } else if (++badRowCount <= listedBadRows) {
        badRows.push({ line: rowLine, reason });
      }
    }
  };
  try {
    await pipeline(source, parse({ bom: true, relax_column_count: true }), readRows);
  } catch (error) {
    // Of a stream that is broken off, the pipeline may tell only that, and not why.
    if (headerFault) throw headerFault;
    if (!(error instanceof CsvError)) throw error;
    throw new SemblanceError("invalid_file", `${fileName} is not valid CSV on line ${error.lines}.`, {
      remedy: 'Close every quotation mark, and double those inside a quoted field ("").',
      cause: error,
    });
  }
  const table = builder.toTable();
  if (badRowCount > 0) {
    const total = table.voteCount + badRowCount;
    throw new SemblanceError("invalid_file", `${fileName} has ${badRowCount} bad of ${total} rows.`, {
      remedy: "Correct or remove these rows.",
      details: { badRows, badRowCount },
    });
  }
  if (table.voteCount === 0) throw emptyFile(fileName, positions ? "has a header but no votes" : "is empty");
  return table;
}

const columnNames = (header: readonly string[]) => header.map((name) => name.trim().toLowerCase());

function columnPositions(header: readonly string[]): number[] {
  const names = columnNames(header);
  return voteColumns.map((column) => names.indexOf(column));
}

function findHeaderFault(header: readonly string[], fileName: string): SemblanceError | undefined {
  const names = columnNames(header);
  const missing = voteColumns.filter((column) => !names.includes(column));
  const twice = voteColumns.filter((column) => names.indexOf(column) !== names.lastIndexOf(column));
  if (missing.length + twice.length === 0) return undefined;
  const list = (columns: string[]) => `the column${columns.length > 1 ? "s" : ""} ${columns.join(", ")}`;
  return new SemblanceError(
    "invalid_file",
    missing.length > 0
      ? `Line 1 of ${fileName} lacks ${list(missing)}.`
      : `Line 1 of ${fileName} names ${list(twice)} twice.`,
    {
      remedy: `The first line must name the columns ${voteColumns.join(", ")}, each once; it reads: ${header.join(",").slice(0, 200)}`,
    },
  );
}

/** What is wrong with the fields in the order of `voteColumns`, or null. */
function rowFault(fields: readonly string[]): string | null {
  if (fields.includes("")) {
    const empty = voteColumns.filter((_, index) => fields[index] === "");
    return `${empty.join(", ")} ${empty.length > 1 ? "are" : "is"} empty`;
  }
  // What a decoder puts in place of bytes that are no UTF-8: two names could become one.
  const foreign = voteColumns.filter((_, index) => fields[index]!.includes("\u{FFFD}"));
  if (foreign.length > 0)
    return `${foreign.join(", ")} ${foreign.length > 1 ? "hold" : "holds"} characters that are not UTF-8`;
  const [, , left, right, winner] = fields;
  if (!isWinner(winner!)) return `unknown winner "${winner!.slice(0, 60)}" (use ${winners.join(", ")})`;
  if (left === right) return `left and right are both "${left!.slice(0, 60)}"`;
  return null;
}

function emptyFile(fileName: string, fault: string): SemblanceError {
  return new SemblanceError("invalid_file", `${fileName} ${fault}.`, {
    remedy: `Give a CSV file with the columns ${voteColumns.join(", ")} and one row per vote.`,
  });
}

function countLineBreaks(row: readonly string[]): number {
  let count = 0;
  for (const field of row) {
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) count++;
  }
  return count;
}
