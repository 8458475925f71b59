/** The pairwise differences behind a leaderboard as a file for others: CSV or JSON, with the same columns. */
import { stringify } from "csv-stringify/sync";
import type { Standings } from "@/lib/questions/answer-statistics";
import type { Leaderboard } from "@/lib/statistics/leaderboard";
import type { RatingScale } from "@/lib/statistics/standings";
import { tableCast } from "@/lib/text/spreadsheet-cells";
import { type LeaderboardOrigin, leaderboardSchemaVersion } from "./leaderboard-csv";

/** One pair of arms, and what holds for the whole table, repeated so that rows stand alone. */
export type PublishedDifference = {
  readonly criterion: string | null;
  /** The arm with the higher rating. */
  readonly first: string;
  readonly second: string;
  /** Rating of the first less that of the second; null, like all that follows from it, where nothing compares them. */
  readonly difference: number | null;
  readonly difference_q025: number | null;
  readonly difference_q975: number | null;
  readonly standard_error: number | null;
  readonly degrees_of_freedom: number | null;
  readonly p: number | null;
  /** Holm's, over all `comparisons` of the question. */
  readonly p_adjusted: number | null;
  readonly is_separated: boolean;
  readonly is_primary: boolean;
  readonly comparisons: number;
  readonly rating_scale: RatingScale;
  readonly study_id: string | null;
  readonly is_demo: boolean;
  readonly schema_version: number;
};

/** Columns in their published order. */
export const differenceColumns = [
  "criterion",
  "first",
  "second",
  "difference",
  "difference_q025",
  "difference_q975",
  "standard_error",
  "degrees_of_freedom",
  "p",
  "p_adjusted",
  "is_separated",
  "is_primary",
  "comparisons",
  "rating_scale",
  "study_id",
  "is_demo",
  "schema_version",
] as const satisfies (keyof PublishedDifference)[];

/** All pairs of arms of a leaderboard. */
export function publishDifferences(
  leaderboard: Leaderboard | Standings,
  origin: LeaderboardOrigin = {},
): PublishedDifference[] {
  return leaderboard.differences.map((pair) => ({
    criterion: origin.criterion ?? null,
    first: pair.first,
    second: pair.second,
    difference: pair.estimate,
    difference_q025: pair.low,
    difference_q975: pair.high,
    standard_error: pair.standardError,
    degrees_of_freedom: pair.degreesOfFreedom,
    p: pair.p,
    p_adjusted: pair.pAdjusted,
    is_separated: pair.isSeparated,
    is_primary: pair.isPrimary,
    comparisons: leaderboard.comparisonCount,
    rating_scale: "ratingScale" in leaderboard ? leaderboard.ratingScale : "elo",
    study_id: origin.studyId ?? null,
    is_demo: origin.isDemo ?? false,
    schema_version: leaderboardSchemaVersion,
  }));
}

/** CSV as `leaderboardToCsv` writes it. */
export function differencesToCsv(rows: readonly PublishedDifference[]): string {
  return stringify([...rows], {
    header: true,
    columns: [...differenceColumns],
    cast: tableCast,
  });
}

/** A JSON array of rows with the columns as keys, missing values being null; ends with a line break. */
export function differencesToJson(rows: readonly PublishedDifference[]): string {
  const ordered = rows.map((row) =>
    Object.fromEntries(differenceColumns.map((column) => [column, row[column]])),
  );
  return `${JSON.stringify(ordered, null, 2)}\n`;
}
