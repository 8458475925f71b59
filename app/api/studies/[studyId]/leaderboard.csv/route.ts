/** The leaderboard of a study as a CSV file. */
import { protectedRoute } from "@/lib/accounts/protected-route";
import { staff } from "@/lib/accounts/roles";
import { exportLeaderboard, logExport } from "@/lib/studies/export-study";
import { attachment, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(staff, async (request, { studyId }, member) => {
  const { criterion, selection } = readSelection(request);
  const file = await exportLeaderboard(studyId, criterion, selection);
  await logExport(studyId, "leaderboard.csv", member.email);
  return attachment(file, "leaderboard.csv", "text/csv; charset=utf-8");
});
