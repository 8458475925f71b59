/** What a leaderboard reads from a file of raw votes, each row of which is checked against its hash. */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { parse } from "csv-parse";
import { SemblanceError } from "@/lib/errors";
import { type ArmAnswer, questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { isCheckReason } from "@/lib/rating/checks/exclusion-reasons";
import { unprotectCell } from "@/lib/text/spreadsheet-cells";
import { kept } from "../list/voted-items";
import { hashCells, type VoteRow } from "./votes-file";

/** A vote as a release's leaderboard counts it. */
export type ReleasedVote = ArmAnswer & {
  readonly criterion: string;
  readonly isExcluded: boolean;
  /** Whether the answers of its rater look careless, as the file says. */
  readonly isFlagged: boolean;
  /** Excluded by one of the study's checks, not by a person. */
  readonly isExcludedByCheck: boolean;
  readonly imageSha256s: readonly string[];
};

/**
 * The votes of a file of `votesHeader` and `voteLines`.
 *
 * @throws SemblanceError `invalid_file` naming the rows that were changed since, and those that cannot be read
 */
export async function csvToVotes(csv: string | Uint8Array, fileName: string): Promise<ReleasedVote[]> {
  const faults: string[] = [];
  const votes: ReleasedVote[] = [];
  const lineOf = new Map<string, number>();
  // Each text of a column is in memory once, however many rows have it.
  const texts = new Map<string, string>();
  for await (const { record, info } of parseRows(csv, fileName)) {
    const row = Object.fromEntries(
      Object.entries(record).map(([column, cell]) => [column, unprotectCell(cell)]),
    );
    const name = `line ${info.lines} (lease ${row.lease_id ?? "unknown"})`;
    if (!isRowUnchanged(row)) {
      faults.push(`${name} was changed`);
      continue;
    }
    const earlier = lineOf.get(row.row_sha256!);
    if (earlier !== undefined) {
      faults.push(`${name} is a copy of line ${earlier}`);
      continue;
    }
    lineOf.set(row.row_sha256!, info.lines);
    for (const column of ["caption", "rater", "criterion", "item"]) {
      if (row[column]) row[column] = kept(texts, row[column], (text) => text);
    }
    const answer = rowToAnswer(row as VoteRow);
    if (answer === null) faults.push(`${name} contains no answer of type “${row.question_type}”`);
    else votes.push(answer);
  }
  if (faults.length === 0) return votes;
  throw new SemblanceError("invalid_file", `${fileName}: ${faults.slice(0, 20).join("; ")}.`, {
    remedy: "Use the file from the published release.",
    details: { faults },
  });
}

type ParsedRow = { record: Record<string, string>; info: { lines: number } };

/** Larger files than fit into one text are read piece by piece. */
const pieceBytes = 2 ** 20;

async function* parseRows(csv: string | Uint8Array, fileName: string): AsyncGenerator<ParsedRow> {
  const bytes = typeof csv === "string" ? Buffer.from(csv) : csv;
  function* pieces() {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const parser = parse({ columns: true, info: true, bom: true });
  const reading = pipeline(Readable.from(pieces(), { objectMode: true }), parser);
  // Its failure is that of the loop.
  reading.catch(() => {});
  try {
    yield* parser as AsyncIterable<ParsedRow>;
  } catch (cause) {
    throw new SemblanceError("invalid_file", `${fileName} is not valid CSV: ${(cause as Error).message}.`, {
      remedy: "Use the file from the published release.",
      cause,
    });
  }
}

/**
 * Null where the row's type is none that there is, or its answer is none to what was shown.
 *
 * @throws SyntaxError where a list in it is not JSON
 */
export function rowToAnswer(row: VoteRow): ReleasedVote | null {
  const shown = JSON.parse(row.shown) as unknown;
  if (!isNames(shown) || shown.length === 0) return null;
  const type = questionTypeNames.find((name) => name === row.question_type);
  if (type === undefined) return null;
  const { caption, rater, item } = row;
  const answer = questionTypes[type].columns.read(
    row,
    item ? { caption, rater, shown, item } : { caption, rater, shown },
  );
  if (answer === null) return null;
  const isExcluded = row.rater_excluded === "true";
  // The answer comes last: see list-votes.ts.
  return {
    criterion: row.criterion,
    isExcluded,
    isFlagged: row.rater_flags !== "",
    isExcludedByCheck: isExcluded && isCheckReason(row.rater_exclusion_reason),
    imageSha256s: JSON.parse(row.picture_sha256s) as string[],
    ...answer,
  };
}

/** A list of names, each once. */
function isNames(value: unknown): value is string[] {
  return (
    Array.isArray(value) &&
    value.every((name) => typeof name === "string") &&
    new Set(value.map((name: string) => name.normalize("NFC"))).size === value.length
  );
}

/** @param row cells by column, in the order of the file */
export function isRowUnchanged(row: Readonly<Record<string, string>>): boolean {
  const cells = Object.entries(row)
    .filter(([column]) => column !== "row_sha256")
    .map(([, cell]) => cell);
  return row.row_sha256 === hashCells(cells);
}
