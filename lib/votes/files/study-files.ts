/** The files that contain a study's results, by name. */
import type { VoteSelection } from "../list/select-votes";
import {
  exportDifferences,
  exportDifferencesJson,
  exportLeaderboard,
  exportLeaderboardJson,
  exportLeaderboardParquet,
  exportSensitivity,
  exportVotes,
} from "./export-study";

/** @param criterion the key of one question; undefined: all questions */
export type ExportFile = (
  studyId: string,
  criterion?: string,
  selection?: VoteSelection,
) => Promise<string | Uint8Array>;

export const studyFiles = {
  "leaderboard.csv": exportLeaderboard,
  "leaderboard.json": exportLeaderboardJson,
  "leaderboard.parquet": exportLeaderboardParquet,
  "differences.csv": exportDifferences,
  "differences.json": exportDifferencesJson,
  "sensitivity.json": exportSensitivity,
  // All raters' votes: which of them count is a column.
  "votes.csv": (studyId, criterion) => exportVotes(studyId, criterion),
} satisfies Record<string, ExportFile>;

export type StudyFileName = keyof typeof studyFiles;
