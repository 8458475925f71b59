/** The file of raw votes: one row per vote, each sealed with its own hash, and what a leaderboard reads from it. */
import { createHash } from "node:crypto";
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { SemblanceError } from "@/lib/errors";
import { type ArmAnswer, questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { isCheckReason } from "@/lib/rating/checks/exclusion-reasons";
import { protectCell, unprotectCell } from "@/lib/text/spreadsheet-cells";
import type { RecordedVote } from "../list/list-votes";

/** Of all question types, in the order in which they are listed. */
const answerColumns = questionTypeNames.flatMap((name) => questionTypes[name].columns.names);

/** The first five are what `semblance rank` reads. */
const leadingColumns = [
  "caption",
  "rater",
  "left",
  "right",
  "winner",
  "criterion",
  "question_type",
  "shown",
] as const;

const followingColumns = [
  "item",
  "missed_words",
  "wrong_points",
  "latency_ms",
  "viewport_px",
  "input_kind",
  "lease_id",
  "leased_at",
  "answered_at",
  "revision",
  "revised_at",
  "left_sha256",
  "right_sha256",
  // Of the images: columns keep their names, so that files of all versions read alike.
  "picture_sha256s",
  "rater_excluded",
  "rater_exclusion_reason",
  "rater_flags",
  "rater_checks",
  "rater_failed_checks",
  "rater_repeats",
  "rater_repeat_agreement",
  "study_id",
  "seed",
  "plan_hash",
  "row_sha256",
] as const;

export const voteFileColumns: readonly string[] = [...leadingColumns, ...answerColumns, ...followingColumns];

export type VoteRow = Readonly<Record<(typeof leadingColumns | typeof followingColumns)[number], string>> &
  Readonly<Record<string, string>>;

export type VoteFileOrigin = { studyId: string; seed: number; planHash: string | null };

/**
 * @param flagsOf flags of a vote's rater, blank-separated
 * @returns CSV with a header line and \n line ends; lists are JSON; what a question does not have is an empty cell
 */
export function votesToCsv(
  votes: readonly RecordedVote[],
  origin: VoteFileOrigin,
  flagsOf: (vote: RecordedVote) => string,
): string {
  const rows = votes.map((vote) => {
    const { columns, answers } = questionTypes[vote.type];
    const cells = columns.write(vote);
    const isPair = answers.toWinner !== undefined;
    // In the order of the columns, which the hash follows.
    const row = {
      caption: vote.caption,
      rater: vote.rater,
      left: isPair ? vote.shown[0]! : "",
      right: isPair ? vote.shown[1]! : "",
      winner: cells.winner ?? "",
      criterion: vote.criterion,
      question_type: vote.type,
      shown: JSON.stringify(vote.shown),
      ...Object.fromEntries(answerColumns.map((column) => [column, cells[column] ?? ""])),
      item: vote.item ?? "",
      missed_words: marksOf(vote, ({ missedWords }) => missedWords),
      wrong_points: marksOf(vote, ({ wrongPoints }) => wrongPoints),
      latency_ms: vote.latencyMs === null ? "" : String(vote.latencyMs),
      viewport_px: vote.viewportPx,
      input_kind: vote.inputKind,
      lease_id: vote.leaseId,
      leased_at: vote.leasedAt.toISOString(),
      answered_at: vote.answeredAt.toISOString(),
      revision: String(vote.revision),
      revised_at: vote.revisedAt?.toISOString() ?? "",
      left_sha256: (isPair && vote.imageSha256s[0]) || "",
      right_sha256: (isPair && vote.imageSha256s[1]) || "",
      picture_sha256s: JSON.stringify(vote.imageSha256s),
      rater_excluded: String(vote.isExcluded),
      rater_exclusion_reason: vote.exclusionReason ?? "",
      rater_flags: flagsOf(vote),
      rater_checks: String(vote.checks),
      rater_failed_checks: String(vote.failedChecks),
      rater_repeats: String(vote.repeated?.repeats ?? 0),
      rater_repeat_agreement: vote.repeated === null ? "" : String(vote.repeated.agreement),
      study_id: origin.studyId,
      seed: String(origin.seed),
      plan_hash: origin.planHash ?? "",
    };
    return { ...row, row_sha256: hashRow(row) };
  });
  return stringify(
    rows.map((row) => mapCells(row, protectCell)),
    { header: true, columns: [...voteFileColumns] },
  );
}

/** A vote as a leaderboard counts it. */
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
 * The votes of a file that `votesToCsv` wrote.
 *
 * @throws SemblanceError `invalid_file` naming the rows that were changed since, and those that cannot be read
 */
export function csvToVotes(csv: string, fileName: string): ReleasedVote[] {
  const faults: string[] = [];
  const lineOf = new Map<string, number>();
  const votes = parseRows(csv, fileName).flatMap(({ record, info }) => {
    const row = mapCells(record, unprotectCell);
    const name = `line ${info.lines} (lease ${row.lease_id ?? "unknown"})`;
    if (!isRowUnchanged(row)) {
      faults.push(`${name} was changed`);
      return [];
    }
    const earlier = lineOf.get(row.row_sha256!);
    if (earlier !== undefined) {
      faults.push(`${name} is a copy of line ${earlier}`);
      return [];
    }
    lineOf.set(row.row_sha256!, info.lines);
    const answer = rowToAnswer(row as VoteRow);
    if (answer === null) faults.push(`${name} contains no answer of type “${row.question_type}”`);
    return answer ?? [];
  });
  if (faults.length === 0) return votes;
  throw new SemblanceError("invalid_file", `${fileName}: ${faults.slice(0, 20).join("; ")}.`, {
    remedy: "Use the file from the published release.",
    details: { faults },
  });
}

function parseRows(
  csv: string,
  fileName: string,
): { record: Record<string, string>; info: { lines: number } }[] {
  try {
    return parse(csv, { columns: true, info: true, bom: true });
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
  const seen = {
    caption: row.caption,
    rater: row.rater,
    shown,
    ...(row.item ? { item: row.item } : {}),
    criterion: row.criterion,
    isExcluded: row.rater_excluded === "true",
    isFlagged: row.rater_flags !== "",
    isExcludedByCheck: row.rater_excluded === "true" && isCheckReason(row.rater_exclusion_reason),
    imageSha256s: JSON.parse(row.picture_sha256s) as string[],
  };
  const type = questionTypeNames.find((name) => name === row.question_type);
  if (type === undefined) return null;
  const { caption, rater, ...known } = seen;
  const answer = questionTypes[type].columns.read(row, {
    caption,
    rater,
    shown: seen.shown,
    ...(seen.item === undefined ? {} : { item: seen.item }),
  });
  return answer && { ...known, ...answer };
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
  return row.row_sha256 === hashRow(row);
}

/** SHA-256 over a row's cells in the order of its columns, `row_sha256` left out. */
function hashRow(row: Readonly<Record<string, string>>): string {
  const cells = Object.entries(row)
    .filter(([column]) => column !== "row_sha256")
    .map(([, cell]) => cell);
  return createHash("sha256").update(JSON.stringify(cells)).digest("hex");
}

function mapCells(
  row: Readonly<Record<string, string>>,
  change: (cell: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(row).map(([column, cell]) => [column, change(cell)]));
}

function marksOf(
  { marks }: RecordedVote,
  part: (mark: RecordedVote["marks"][number]) => readonly unknown[],
): string {
  const found = marks.filter((mark) => part(mark).length > 0);
  return found.length === 0
    ? ""
    : JSON.stringify(Object.fromEntries(found.map((mark) => [mark.place, part(mark)])));
}
