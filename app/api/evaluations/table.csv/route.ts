/** A comparison table as a CSV file. */
import { getComparisonTable } from "@/lib/evaluations/get-comparison-table";
import { tableToCsv } from "@/lib/evaluations/print-comparison-table";
import { requireTableChoice } from "@/lib/evaluations/table-choice";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute(staff, readsOnly, async (request) => {
  const choice = requireTableChoice(new URL(request.url).searchParams);
  const { table } = await getComparisonTable(choice, describeMetric);
  return new Response(tableToCsv(table, describeMetric), {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="comparison-table.csv"',
      "Cache-Control": "no-store",
    },
  });
});
