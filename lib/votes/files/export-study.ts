/** A study's results as files that others can compute with. */
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { getLeaderboard, type StudyLeaderboard } from "../leaderboard/get-leaderboard";
import { listVotes } from "../list/list-votes";
import type { VoteSelection } from "../list/select-votes";
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
import { votesToCsv } from "./votes-file";

/**
 * The leaderboards of all questions, one after the other, as CSV under the field's column names.
 *
 * @param criterionKey that of one question alone
 * @throws SemblanceError `not_found`
 */
export async function exportLeaderboard(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<string> {
  return leaderboardToCsv(await publishedRows(studyId, criterionKey, selection));
}

/** As `exportLeaderboard`, as a JSON array. */
export async function exportLeaderboardJson(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<string> {
  return leaderboardToJson(await publishedRows(studyId, criterionKey, selection));
}

/** As `exportLeaderboard`, as the bytes of a Parquet file. */
export async function exportLeaderboardParquet(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<Uint8Array> {
  return leaderboardToParquet(await publishedRows(studyId, criterionKey, selection));
}

/** The pairwise differences behind `exportLeaderboard`, as CSV. */
export async function exportDifferences(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<string> {
  return differencesToCsv(await publishedDifferences(studyId, criterionKey, selection));
}

/** As `exportDifferences`, as a JSON array. */
export async function exportDifferencesJson(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<string> {
  return differencesToJson(await publishedDifferences(studyId, criterionKey, selection));
}

async function publishedDifferences(
  studyId: string,
  criterionKey: string | undefined,
  selection: VoteSelection,
): Promise<PublishedDifference[]> {
  const boards = await leaderboards(studyId, criterionKey, selection);
  return boards.flatMap(({ leaderboard, criterion, isDemo }) =>
    publishDifferences(leaderboard, { studyId, criterion: criterion.key, isDemo }),
  );
}

async function publishedRows(
  studyId: string,
  criterionKey: string | undefined,
  selection: VoteSelection,
): Promise<PublishedRow[]> {
  const boards = await leaderboards(studyId, criterionKey, selection);
  return boards.flatMap(({ leaderboard, criterion, checkpointSha256ByArm, isDemo, stopping }) =>
    publishLeaderboard(leaderboard, {
      studyId,
      criterion: criterion.key,
      checkpointSha256ByArm,
      isDemo,
      stopping,
    }),
  );
}

/** Of the question asked for, or of all in the order of the design. */
async function leaderboards(
  studyId: string,
  criterionKey: string | undefined,
  selection: VoteSelection = {},
): Promise<StudyLeaderboard[]> {
  const first = await getLeaderboard(studyId, criterionKey, selection);
  if (criterionKey !== undefined) return [first];
  const others: StudyLeaderboard[] = [];
  for (const { key } of first.criteria.slice(1)) others.push(await getLeaderboard(studyId, key, selection));
  return [first, ...others];
}

/**
 * What the results of all questions depend on, as JSON.
 *
 * @param criterionKey that of one question alone
 * @throws SemblanceError `not_found`
 */
export async function exportSensitivity(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<string> {
  const boards = await leaderboards(studyId, criterionKey, selection);
  return sensitivityToJson(
    boards.map(({ criterion, sensitivity }) => ({ criterion: criterion.key, sensitivity })),
    studyId,
  );
}

/**
 * The raw votes as CSV: one row per answer, excluded raters' too, with a pseudonym for its rater.
 *
 * @param criterionKey the one question whose votes are wanted; those of all questions where absent
 * @throws SemblanceError `not_found`
 */
export async function exportVotes(studyId: string, criterionKey?: string): Promise<string> {
  const boards = await leaderboards(studyId, criterionKey);
  const { seed, planHash } = await db.study.findUniqueOrThrow({
    where: { id: studyId },
    select: { seed: true, planHash: true },
  });
  const flagsOf = new Map(
    boards.flatMap(({ criterion, raters }) =>
      raters.map(({ rater, flags }) => [`${criterion.key} ${rater}`, flags.join(" ")] as const),
    ),
  );
  return votesToCsv(
    await listVotes(studyId, criterionKey),
    { studyId, seed, planHash },
    ({ criterion, rater }) => flagsOf.get(`${criterion} ${rater}`) ?? "",
  );
}

/** Writes into the audit log that results left the platform. */
export async function logExport(
  studyId: string,
  file: string,
  actor: string,
  more: { isFinal?: boolean } = {},
): Promise<void> {
  await db.$transaction((transaction) =>
    appendAuditEntry(transaction, {
      actor,
      action: "study.exported",
      subject: { kind: "study", id: studyId },
      detail: { studyId, file, ...more },
    }),
  );
}
