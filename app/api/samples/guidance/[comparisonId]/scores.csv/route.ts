/** A comparison of guidances as a CSV file. */
import { attachment } from "@/app/api/attachment";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";
import { getGuidanceComparison } from "@/lib/samples/guidance/get-guidance-comparison";
import { guidanceToCsv } from "@/lib/samples/guidance/guidance-csv";

export const GET = protectedRoute<{ comparisonId: string }>(staff, readsOnly, async (_, { comparisonId }) => {
  const comparison = await getGuidanceComparison(comparisonId);
  return attachment(guidanceToCsv(comparison), `${comparison.name}-guidance.csv`, "text/csv; charset=utf-8");
});
