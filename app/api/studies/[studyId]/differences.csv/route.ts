/** The differences between a study's arms as a CSV file. */
import { protectedRoute } from "@/lib/accounts/protected-route";
import { staff } from "@/lib/accounts/roles";
import { exportDifferences, logExport } from "@/lib/studies/export-study";
import { attachment, nameOfResult, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(staff, async (request, { studyId }, member) => {
  const { criterion, selection } = readSelection(request);
  const file = await exportDifferences(studyId, criterion, selection);
  await logExport(studyId, "differences.csv", member.email);
  return attachment(file, nameOfResult("differences", "csv", criterion), "text/csv; charset=utf-8");
});
