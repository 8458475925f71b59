/** The differences between a study's arms as a CSV file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { exportDifferences, logExport } from "@/lib/votes/files/export-study";
import { attachment, nameOfResult, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const { criterion, selection } = readSelection(request);
    const file = await exportDifferences(studyId, criterion, selection);
    await logExport(studyId, "differences.csv", member.email);
    return attachment(file, nameOfResult("differences", "csv", criterion), "text/csv; charset=utf-8");
  },
);
