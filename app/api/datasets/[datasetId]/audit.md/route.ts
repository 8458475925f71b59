/** The newest audit of a dataset as a Markdown file. */
import { attachment } from "@/app/api/attachment";
import { getAuditReport, reportToMarkdown } from "@/lib/datasets/audit/audit-report";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ datasetId: string }>(staff, readsOnly, async (_request, { datasetId }) =>
  attachment(reportToMarkdown(await getAuditReport(datasetId)), "audit.md", "text/markdown; charset=utf-8"),
);
