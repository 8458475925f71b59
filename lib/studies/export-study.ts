/** A study's results as files that others can compute with. */
import { stringify } from "csv-stringify/sync";
import { leaderboardToCsv, publishLeaderboard } from "../ratings/leaderboard-csv";
import { listVotes } from "../ratings/list-votes";
import { getLeaderboard } from "./get-leaderboard";

/**
 * The leaderboard as CSV under the field's column names.
 *
 * @param criterionKey the study's first criterion where absent
 * @throws SemblanceError `not_found`
 */
export async function exportLeaderboard(studyId: string, criterionKey?: string): Promise<string> {
  const { leaderboard, criterion, checkpointSha256ByArm } = await getLeaderboard(studyId, criterionKey);
  return leaderboardToCsv(
    publishLeaderboard(leaderboard, { studyId, criterion: criterion.key, checkpointSha256ByArm }),
  );
}

/**
 * The raw votes as CSV: one row per answer, with a pseudonym for its rater. Its first five columns are what
 * `semblance rank` reads.
 *
 * @throws SemblanceError `not_found`
 */
export async function exportVotes(studyId: string, criterionKey?: string): Promise<string> {
  const { criterion } = await getLeaderboard(studyId, criterionKey);
  const votes = await listVotes(studyId, { criterion: criterion.key, withExcluded: true });
  const rows = votes.map((vote) => ({
    caption: vote.caption,
    rater: vote.rater,
    left: vote.left,
    right: vote.right,
    winner: vote.winner,
    criterion: vote.criterion,
    latency_ms: vote.latencyMs,
    viewport_px: vote.viewportPx,
    input_kind: vote.inputKind,
    revision: vote.revision,
    excluded: vote.isExcluded ? 1 : 0,
    lease_id: vote.assignmentId,
    leased_at: vote.leasedAt.toISOString(),
    answered_at: vote.answeredAt.toISOString(),
    left_sha256: vote.leftSha256,
    right_sha256: vote.rightSha256,
  }));
  return stringify(rows, { header: true, columns: voteColumns, escape_formulas: true });
}

const voteColumns = [
  "caption",
  "rater",
  "left",
  "right",
  "winner",
  "criterion",
  "latency_ms",
  "viewport_px",
  "input_kind",
  "revision",
  "excluded",
  "lease_id",
  "leased_at",
  "answered_at",
  "left_sha256",
  "right_sha256",
];
