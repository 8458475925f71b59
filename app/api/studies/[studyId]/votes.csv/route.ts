/** The raw votes of a study, of all questions or of one, as a CSV file. */
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { exportVotes, logExport } from "@/lib/votes/files/export-study";
import { attachment, nameOfResult, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(
  staff,
  "study.exported",
  async (request, { studyId }, member) => {
    const { criterion } = readSelection(request);
    const file = await exportVotes(studyId, criterion);
    await logExport(studyId, "votes.csv", member.email);
    return attachment(file, nameOfResult("votes", "csv", criterion), "text/csv; charset=utf-8");
  },
);
