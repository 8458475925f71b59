/** The file of raw votes: one row per vote, each sealed with its own hash. */
import { hash } from "node:crypto";
import { questionTypeNames, questionTypes } from "@/lib/questions/question-types";
import { csvLine } from "@/lib/text/csv-line";
import { protectCell } from "@/lib/text/spreadsheet-cells";
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

/** The first line, before those of the votes. */
export const votesHeader = csvLine(voteFileColumns);

/** Some 70 KB: V8 keeps a text of more than 128 KiB apart from all others, and a row of it takes half as long again. */
const rowsPerPiece = 100;

/**
 * The lines of votes in pieces of the file, without its header.
 *
 * @param flagsOf flags of a vote's rater, blank-separated
 * @returns CSV with \n line ends; lists are JSON; what a question does not have is an empty cell
 */
export function* voteLines(
  votes: readonly RecordedVote[],
  origin: VoteFileOrigin,
  flagsOf: (vote: RecordedVote) => string,
): Generator<string, void, undefined> {
  for (let from = 0; from < votes.length; from += rowsPerPiece) {
    yield linesOf(votes.slice(from, from + rowsPerPiece), origin, flagsOf);
  }
}

function linesOf(
  votes: readonly RecordedVote[],
  { studyId, seed, planHash }: VoteFileOrigin,
  flagsOf: (vote: RecordedVote) => string,
): string {
  let text = "";
  for (const vote of votes) {
    const { columns, answers } = questionTypes[vote.type];
    const cells = columns.write(vote);
    const isPair = answers.toWinner !== undefined;
    // In the order of the columns, which the hash follows.
    const row = [
      vote.caption,
      vote.rater,
      isPair ? vote.shown[0]! : "",
      isPair ? vote.shown[1]! : "",
      cells.winner ?? "",
      vote.criterion,
      vote.type,
      JSON.stringify(vote.shown),
      ...answerColumns.map((column) => cells[column] ?? ""),
      vote.item ?? "",
      marksOf(vote, ({ missedWords }) => missedWords),
      marksOf(vote, ({ wrongPoints }) => wrongPoints),
      vote.latencyMs === null ? "" : String(vote.latencyMs),
      vote.viewportPx,
      vote.inputKind,
      vote.leaseId,
      vote.leasedAt.toISOString(),
      vote.answeredAt.toISOString(),
      String(vote.revision),
      vote.revisedAt?.toISOString() ?? "",
      (isPair && vote.imageSha256s[0]) || "",
      (isPair && vote.imageSha256s[1]) || "",
      JSON.stringify(vote.imageSha256s),
      String(vote.isExcluded),
      vote.exclusionReason ?? "",
      flagsOf(vote),
      String(vote.checks),
      String(vote.failedChecks),
      String(vote.repeated?.repeats ?? 0),
      vote.repeated === null ? "" : String(vote.repeated.agreement),
      studyId,
      String(seed),
      planHash ?? "",
    ];
    text += csvLine([...row, hashCells(row)].map(protectCell));
  }
  return text;
}

/** SHA-256 over a row's cells in the order of its columns, `row_sha256` left out. */
export function hashCells(cells: readonly string[]): string {
  return hash("sha256", JSON.stringify(cells));
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
