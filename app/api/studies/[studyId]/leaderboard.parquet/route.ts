/** The leaderboard of a study, of all questions or of one, as a Parquet file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { exportLeaderboardParquet, logExport } from "@/lib/votes/files/export-study";
import { attachment, nameOfResult, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const { criterion, selection } = readSelection(request);
    const file = await exportLeaderboardParquet(studyId, criterion, selection);
    await logExport(studyId, "leaderboard.parquet", member.email);
    return attachment(
      file,
      nameOfResult("leaderboard", "parquet", criterion),
      "application/vnd.apache.parquet",
    );
  },
);
