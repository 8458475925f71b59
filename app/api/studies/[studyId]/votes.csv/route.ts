/** The raw votes of a study as a CSV file. */
import { protectedRoute } from "@/lib/accounts/protected-route";
import { staff } from "@/lib/accounts/roles";
import { exportVotes } from "@/lib/studies/export-study";

export const GET = protectedRoute<{ studyId: string }>(staff, async (request, { studyId }) => {
  const criterion = new URL(request.url).searchParams.get("criterion") ?? undefined;
  return new Response(await exportVotes(studyId, criterion), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="votes.csv"',
      "Cache-Control": "no-store",
    },
  });
});
