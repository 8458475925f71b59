/** A leaderboard as a file for others: CSV, JSON or Parquet, all with the same columns. */
import { stringify } from "csv-stringify/sync";
import { type BasicType, parquetWriteBuffer } from "hyparquet-writer";
import type { Standings } from "@/lib/questions/answer-statistics";
import type { Leaderboard, LeaderboardRow } from "@/lib/statistics/leaderboard";
import type { RatingScale } from "@/lib/statistics/standings";
import { type Stopping, stoppingMarks } from "@/lib/studies/stopping/stopping";
import { tableCast } from "@/lib/text/spreadsheet-cells";

/** Raised when a column is removed or changes its meaning; new columns do not raise it. */
export const leaderboardSchemaVersion = 2;

/** Where a leaderboard comes from; all optional, for votes from elsewhere. */
export type LeaderboardOrigin = {
  readonly studyId?: string;
  /** Key of the question that the raters answered. */
  readonly criterion?: string;
  /** SHA-256 of the weights behind an arm's images, by arm; none for photographs. */
  readonly checkpointSha256ByArm?: Readonly<Record<string, string | null>>;
  /** The study is the demo's: its images are a miniature's, and its votes may be simulated. */
  readonly isDemo?: boolean;
  /** How the study ended and when its results were first looked at. */
  readonly stopping?: Stopping;
};

/** One published row: the arm's own row, and what holds for the whole study, repeated so that rows stand alone. */
export type PublishedRow = LeaderboardRow & {
  readonly criterion: string | null;
  /** What `rating` and its interval are measured on. */
  readonly rating_scale: RatingScale;
  readonly krippendorff_alpha: number | null;
  readonly side_bias: number | null;
  readonly checkpoint_sha256: string | null;
  readonly study_id: string | null;
  readonly is_demo: boolean;
  /** See `stoppingMarks`. */
  readonly stopping: string | null;
  readonly schema_version: number;
};

/** Columns in their published order, with Parquet types. */
const columns = {
  arm: "STRING",
  criterion: "STRING",
  rating: "DOUBLE",
  rating_q025: "DOUBLE",
  rating_q975: "DOUBLE",
  variance: "DOUBLE",
  num_battles: "INT32",
  final_ranking: "INT32",
  rank_ub: "INT32",
  rank_lb: "INT32",
  wins: "INT32",
  losses: "INT32",
  ties: "INT32",
  both_bad: "INT32",
  n_raters: "INT32",
  n_captions: "INT32",
  krippendorff_alpha: "DOUBLE",
  side_bias: "DOUBLE",
  rating_scale: "STRING",
  checkpoint_sha256: "STRING",
  study_id: "STRING",
  is_demo: "BOOLEAN",
  stopping: "STRING",
  schema_version: "INT32",
} as const satisfies Record<keyof PublishedRow, BasicType>;

export const leaderboardColumns = Object.keys(columns) as (keyof PublishedRow)[];

/** The rows of a leaderboard as they are published, best arm first. */
export function publishLeaderboard(
  leaderboard: Leaderboard | Standings,
  origin: LeaderboardOrigin = {},
): PublishedRow[] {
  return leaderboard.rows.map((row) => ({
    ...row,
    criterion: origin.criterion ?? null,
    rating_scale: "ratingScale" in leaderboard ? leaderboard.ratingScale : "elo",
    krippendorff_alpha: leaderboard.krippendorffAlpha.value,
    side_bias: leaderboard.sideBias.value,
    checkpoint_sha256: origin.checkpointSha256ByArm?.[row.arm] ?? null,
    study_id: origin.studyId ?? null,
    is_demo: origin.isDemo ?? false,
    stopping: origin.stopping ? stoppingMarks(origin.stopping) : null,
    schema_version: leaderboardSchemaVersion,
  }));
}

/**
 * CSV with a header line and \n line ends; missing values are empty cells. Text that a spreadsheet would run as a
 * formula gets a leading apostrophe, so that an arm's name cannot act on the computer of anyone who opens the file. Each
 * row is one line.
 */
export function leaderboardToCsv(rows: readonly PublishedRow[]): string {
  return stringify([...rows], {
    header: true,
    columns: leaderboardColumns,
    cast: tableCast,
  });
}

/** A JSON array of rows with the columns as keys, missing values being null; ends with a line break. */
export function leaderboardToJson(rows: readonly PublishedRow[]): string {
  const ordered = rows.map((row) =>
    Object.fromEntries(leaderboardColumns.map((column) => [column, row[column]])),
  );
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** The bytes of a Parquet file with one row group, missing values being null. */
export function leaderboardToParquet(rows: readonly PublishedRow[]): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: leaderboardColumns.map((name) => ({
      name,
      type: columns[name],
      data: rows.map((row) => row[name]),
    })),
  });
  return new Uint8Array(buffer);
}
