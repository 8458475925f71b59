/** The files that contain a study's results, by name: what each makes of the leaderboards of its questions. */
import type { StudyLeaderboard } from "../leaderboard/get-leaderboard";
import type { StudyRatings } from "../leaderboard/get-ratings";
import { correlationsToJson } from "./correlations-json";
import {
  differencesToCsv,
  differencesToJson,
  type PublishedDifference,
  publishDifferences,
} from "./differences-csv";
import {
  leaderboardToCsv,
  leaderboardToJson,
  leaderboardToParquet,
  type PublishedRow,
  publishLeaderboard,
} from "./leaderboard-csv";
import { sensitivityToJson } from "./sensitivity-json";

/** What files of ratings hold of a leaderboard. */
type RatedBoard = Pick<
  StudyRatings,
  "studyId" | "isDemo" | "criterion" | "leaderboard" | "checkpointSha256ByArm" | "stopping"
>;

/** What files hold of a leaderboard. */
export type PublishedBoard = RatedBoard &
  Pick<StudyLeaderboard, "sensitivity"> & {
    /** Absent where a release is rebuilt, which holds no metrics. */
    readonly scoreCorrelations?: StudyLeaderboard["scoreCorrelations"];
  };

/** Those for which the ratings alone are enough. */
export const ratingFiles = {
  "leaderboard.csv": (boards) => leaderboardToCsv(boards.flatMap(rowsOf)),
  "leaderboard.json": (boards) => leaderboardToJson(boards.flatMap(rowsOf)),
  "leaderboard.parquet": (boards) => leaderboardToParquet(boards.flatMap(rowsOf)),
  "differences.csv": (boards) => differencesToCsv(boards.flatMap(differencesOf)),
  "differences.json": (boards) => differencesToJson(boards.flatMap(differencesOf)),
} satisfies Record<string, (boards: readonly RatedBoard[]) => string | Uint8Array>;

export const resultFiles = {
  ...ratingFiles,
  /** What the results of the questions depend on. */
  "sensitivity.json": (boards) =>
    sensitivityToJson(
      boards.map(({ criterion, sensitivity }) => ({ criterion: criterion.key, sensitivity })),
      boards[0]!.studyId,
    ),
  /** How far metrics agree with people's scores. */
  "correlations.json": (boards) =>
    correlationsToJson(
      boards.map(({ criterion, scoreCorrelations = null }) => ({
        criterion: criterion.key,
        correlations: scoreCorrelations,
      })),
      boards[0]!.studyId,
    ),
} satisfies Record<string, (boards: readonly PublishedBoard[]) => string | Uint8Array>;

export type ResultFileName = keyof typeof resultFiles;

export function isRatingFile(name: ResultFileName): name is keyof typeof ratingFiles {
  return Object.hasOwn(ratingFiles, name);
}

function rowsOf(board: RatedBoard): PublishedRow[] {
  const { leaderboard, criterion, ...origin } = board;
  return publishLeaderboard(leaderboard, { ...origin, criterion: criterion.key });
}

function differencesOf({ studyId, leaderboard, criterion, isDemo }: RatedBoard): PublishedDifference[] {
  return publishDifferences(leaderboard, { studyId, criterion: criterion.key, isDemo });
}

/**
 * The leaderboard of the question asked for, or those of all in the order of the design.
 *
 * @param read the leaderboard of one question, the first where none is named
 */
export async function boardsOf<Board extends Pick<StudyLeaderboard, "criteria">>(
  read: (criterionKey: string | undefined) => Promise<Board>,
  criterionKey: string | undefined,
): Promise<Board[]> {
  const first = await read(criterionKey);
  if (criterionKey !== undefined) return [first];
  const boards = [first];
  for (const { key } of first.criteria.slice(1)) boards.push(await read(key));
  return boards;
}
