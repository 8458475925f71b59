/** What a study's results depend on, as a JSON file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { exportSensitivity, logExport } from "@/lib/votes/files/export-study";
import { attachment, nameOfResult, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const { criterion, selection } = readSelection(request);
    const file = await exportSensitivity(studyId, criterion, selection);
    await logExport(studyId, "sensitivity.json", member.email);
    return attachment(file, nameOfResult("sensitivity", "json", criterion), "application/json");
  },
);
