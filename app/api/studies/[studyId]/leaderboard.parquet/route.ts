/** The leaderboard of a study as a Parquet file. */
import { protectedRoute } from "@/lib/accounts/protected-route";
import { staff } from "@/lib/accounts/roles";
import { exportLeaderboardParquet, logExport } from "@/lib/studies/export-study";
import { attachment, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(staff, async (request, { studyId }, member) => {
  const { criterion, selection } = readSelection(request);
  const file = await exportLeaderboardParquet(studyId, criterion, selection);
  await logExport(studyId, "leaderboard.parquet", member.email);
  return attachment(file, "leaderboard.parquet", "application/vnd.apache.parquet");
});
