/** The raw votes of a study as a CSV file. */
import { protectedRoute } from "@/lib/accounts/protected-route";
import { staff } from "@/lib/accounts/roles";
import { exportVotes, logExport } from "@/lib/studies/export-study";
import { attachment, readSelection } from "../result-file";

export const GET = protectedRoute<{ studyId: string }>(staff, async (request, { studyId }, member) => {
  const file = await exportVotes(studyId, readSelection(request).criterion);
  await logExport(studyId, "votes.csv", member.email);
  return attachment(file, "votes.csv", "text/csv; charset=utf-8");
});
