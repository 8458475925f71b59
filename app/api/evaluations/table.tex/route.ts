/** A comparison table as a LaTeX table. */
import { getComparisonTable } from "@/lib/evaluations/get-comparison-table";
import { tableToLatex } from "@/lib/evaluations/print-comparison-table";
import { requireTableChoice } from "@/lib/evaluations/table-choice";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute(staff, readsOnly, async (request) => {
  const choice = requireTableChoice(new URL(request.url).searchParams);
  const { table } = await getComparisonTable(choice, describeMetric);
  return new Response(tableToLatex(table, describeMetric), {
    headers: {
      "Content-Type": "application/x-tex; charset=utf-8",
      "Content-Disposition": 'attachment; filename="comparison-table.tex"',
      "Cache-Control": "no-store",
    },
  });
});
