/** Leads from an audit's job to the page of its dataset's audits. */
import { redirect } from "next/navigation";
import { datasetOfAudit } from "@/lib/datasets/audit/get-audit";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { orNotFound } from "../../../or-not-found";

export default async function AuditPage({ params }: { params: Promise<{ auditId: string }> }) {
  await requireRole(...staff);
  const datasetId = await datasetOfAudit((await params).auditId).catch(orNotFound);
  redirect(`/admin/datasets/${datasetId}/audit`);
}
