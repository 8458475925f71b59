/** The page of an audit's dataset, by the audit: where its job leads to. */
import type { Metadata } from "next";
import type { SearchParams } from "@/components/list-query";
import { datasetOfAudit } from "@/lib/datasets/audit/get-audit";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { orNotFound } from "../../../or-not-found";
import DatasetAuditPage from "../../[datasetId]/audit/page";

export const metadata: Metadata = { title: "Audit" };

export default async function AuditPage({
  params,
  searchParams,
}: {
  params: Promise<{ auditId: string }>;
  searchParams: Promise<SearchParams>;
}) {
  await requireRole(...staff);
  const datasetId = await datasetOfAudit((await params).auditId).catch(orNotFound);
  return <DatasetAuditPage params={Promise.resolve({ datasetId })} searchParams={searchParams} />;
}
