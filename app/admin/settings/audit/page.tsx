/** What was done, by whom, to what; each entry's hash covers the one before it. */
import type { Metadata } from "next";
import { orRefusal } from "@/app/admin/or-refusal";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { address, parameter, readPage, type SearchParams } from "@/components/list-query";
import { Notice } from "@/components/notice";
import { PageHeader } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Pagination } from "@/components/pagination";
import { Time } from "@/components/time";
import { compute } from "@/lib/computations/compute";
import { type AuditLine, listAuditLines } from "@/lib/dashboard/list-audit-lines";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { administrators } from "@/lib/platform/accounts/roles";
import { auditFields, readAuditSelection } from "@/lib/platform/audit/audit-selection";
import { type AuditChain, checkNewAuditEntries } from "@/lib/platform/audit/check-audit-chain";
import { AuditFilter } from "./audit-filter";

export const metadata: Metadata = { title: "Audit log" };

const pageSize = 50;

export default async function AuditPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const member = await requireRole(...administrators);
  const asked = await searchParams;
  const page = readPage(asked);
  const values = Object.fromEntries(auditFields.map((name) => [name, parameter(asked, name)]));
  const isFiltered = Object.values(values).some(Boolean);
  const selection = readAuditSelection((name) => parameter(asked, name));
  const [{ entries, total }, checked] = await Promise.all([
    listAuditLines({ page, pageSize, selection }),
    parameter(asked, "check") === "all" ? null : checkNewAuditEntries(),
  ]);
  const chain = checked ?? (await compute("check-audit-chain", {}, { owner: member.id }).catch(orRefusal));
  return (
    <>
      <PageHeader
        back={{ href: "/admin/settings", label: "Settings" }}
        title="Audit log"
        text="Changes, sign-ins and exports. Entries can only be added, and each contains the hash of the previous one."
      />
      {total === 0 && !isFiltered ? (
        <EmptyState
          title="Nothing yet"
          text="Entries appear when you invite somebody, open a study or exclude a rater."
        />
      ) : (
        <div className="grid gap-5">
          {"refusal" in chain ? (
            <Notice kind="warning" title={chain.refusal.message}>
              {chain.refusal.remedy}
            </Notice>
          ) : (
            <ChainNotice {...chain} />
          )}
          <AuditFilter values={values} exportHref={address("/api/audit.csv", values)} />
          {total === 0 ? (
            <EmptyState title="No entry fits" text="Change the filter, or clear it to see all entries." />
          ) : null}
          <div className="min-w-0">
            <DataTable
              caption="Audit log"
              columns={columns}
              rows={entries}
              rowKey={(entry) => String(entry.sequence)}
            />
            <Pagination
              page={page}
              pageSize={pageSize}
              total={total}
              path="/admin/settings/audit"
              query={values}
              noun={["entry", "entries"]}
            />
          </div>
        </div>
      )}
    </>
  );
}

/** Entries that were checked before are not checked again unless somebody asks: that takes seconds where there are many. */
function ChainNotice({ broken, allAt }: AuditChain) {
  const checkAll = (
    <>
      {allAt === null ? null : (
        <>
          All entries were last checked <Time at={allAt} />.{" "}
        </>
      )}
      <Link href="/admin/settings/audit?check=all" className="prose-link">
        Check all entries now
      </Link>
    </>
  );
  return broken === null ? (
    <Notice title="The hash chain is intact: no entry was changed or removed.">{checkAll}</Notice>
  ) : (
    <Notice kind="error" title={`Entry ${broken} does not match the hash of the previous entry.`}>
      This entry or an earlier one was changed or removed in the database. Compare with a backup. {checkAll}
    </Notice>
  );
}

const columns: Column<AuditLine>[] = [
  { key: "sequence", header: "No.", numeric: true, from: "md", cell: (entry) => entry.sequence },
  {
    key: "at",
    header: "When and who",
    cell: (entry) => (
      <div className="grid gap-0.5">
        <Time at={entry.at.toISOString()} />
        <span className="text-[0.8125rem] text-muted [overflow-wrap:anywhere]">{entry.actor}</span>
      </div>
    ),
  },
  {
    key: "what",
    header: "Change",
    cell: (entry) => (
      <div className="grid max-w-2xl gap-1.5 sm:min-w-56 [overflow-wrap:anywhere]">
        <p className="font-medium">{entry.text}</p>
        {entry.changes.length > 0 ? (
          <ul className="grid gap-0.5 text-[0.8125rem] text-muted">
            {entry.changes.map((change) => (
              <li key={change}>{change}</li>
            ))}
          </ul>
        ) : null}
        {entry.address ? (
          <p className="text-[0.8125rem] text-muted">
            From {entry.address}, request{" "}
            <span className="font-mono text-xs break-all">{entry.requestId}</span>
          </p>
        ) : null}
        <details className="text-[0.8125rem]">
          <summary className="w-fit rounded-sm text-muted">As stored</summary>
          <pre className="mt-1.5 font-mono text-xs whitespace-pre-wrap text-muted">
            {entry.action} {JSON.stringify(entry.detail, null, 2)}
          </pre>
        </details>
      </div>
    ),
  },
];
