/** A study's results as files that others can compute with. */
import { db } from "@/lib/db";
import { appendAuditEntry } from "../audit/append-audit-entry";
import {
  differencesToCsv,
  differencesToJson,
  type PublishedDifference,
  publishDifferences,
} from "../ratings/differences-csv";
import {
  leaderboardToCsv,
  leaderboardToJson,
  leaderboardToParquet,
  type PublishedRow,
  publishLeaderboard,
} from "../ratings/leaderboard-csv";
import { listVotes } from "../ratings/list-votes";
import type { VoteSelection } from "../ratings/select-votes";
import { sensitivityToJson } from "../ratings/sensitivity-json";
import { votesToCsv } from "../ratings/votes-file";
import { getLeaderboard } from "./get-leaderboard";

/**
 * The leaderboard as CSV under the field's column names.
 *
 * @param criterionKey the study's first criterion where absent
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
  const { leaderboard, criterion, isDemo } = await getLeaderboard(studyId, criterionKey, selection);
  return publishDifferences(leaderboard, { studyId, criterion: criterion.key, isDemo });
}

async function publishedRows(
  studyId: string,
  criterionKey: string | undefined,
  selection: VoteSelection,
): Promise<PublishedRow[]> {
  const { leaderboard, criterion, checkpointSha256ByArm, isDemo, stopping } = await getLeaderboard(
    studyId,
    criterionKey,
    selection,
  );
  return publishLeaderboard(leaderboard, {
    studyId,
    criterion: criterion.key,
    checkpointSha256ByArm,
    isDemo,
    stopping,
  });
}

/**
 * What the result of a question hangs on, as JSON.
 *
 * @param criterionKey the study's first criterion where absent
 * @throws SemblanceError `not_found`
 */
export async function exportSensitivity(
  studyId: string,
  criterionKey?: string,
  selection: VoteSelection = {},
): Promise<string> {
  const { criterion, sensitivity } = await getLeaderboard(studyId, criterionKey, selection);
  return sensitivityToJson([{ criterion: criterion.key, sensitivity }], studyId);
}

/**
 * The raw votes of one criterion as CSV: one row per answer, excluded raters' too, with a pseudonym for its rater.
 * Its first five columns are what `semblance rank` reads.
 *
 * @throws SemblanceError `not_found`
 */
export async function exportVotes(studyId: string, criterionKey?: string): Promise<string> {
  const { criterion, raters, planHash } = await getLeaderboard(studyId, criterionKey);
  const { seed } = await db.study.findUniqueOrThrow({ where: { id: studyId }, select: { seed: true } });
  const flagsOf = new Map(raters.map(({ rater, flags }) => [rater, flags.join(" ")]));
  return votesToCsv(
    await listVotes(studyId, criterion.key),
    { studyId, seed, planHash },
    ({ rater }) => flagsOf.get(rater) ?? "",
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
    appendAuditEntry(transaction, { actor, action: "study.exported", detail: { studyId, file, ...more } }),
  );
}
