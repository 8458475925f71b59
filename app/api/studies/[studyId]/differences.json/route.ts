/** The differences between a study's arms as a JSON file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { exportDifferencesJson, logExport } from "@/lib/votes/files/export-study";
import { attachment, nameOfResult, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const { criterion, selection } = readSelection(request);
    const file = await exportDifferencesJson(studyId, criterion, selection);
    await logExport(studyId, "differences.json", member.email);
    return attachment(file, nameOfResult("differences", "json", criterion), "application/json");
  },
);
