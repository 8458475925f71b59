/** The newest audit of a dataset as a JSON file. */
import { attachment } from "@/app/api/attachment";
import { getAuditReport } from "@/lib/datasets/audit/audit-report";
import { protectedRoute } from "@/lib/platform/accounts/protected-route";
import { staff } from "@/lib/platform/accounts/roles";
import { readsOnly } from "@/lib/platform/audit/append-audit-entry";

export const GET = protectedRoute<{ datasetId: string }>(staff, readsOnly, async (_request, { datasetId }) =>
  attachment(JSON.stringify(await getAuditReport(datasetId), null, 2), "audit.json", "application/json"),
);
