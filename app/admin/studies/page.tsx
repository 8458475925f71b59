/** All studies, newest first. */
import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { DemoLabel } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { readListQuery, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { Time } from "@/components/time";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listStudies, type StudySummary, studySortKeys } from "@/lib/studies/list-studies";
import { shownState } from "@/lib/studies/shown-state";

export const metadata: Metadata = { title: "Studies" };

const path = "/admin/studies";
const pageSize = 20;

const columns: Column<StudySummary>[] = [
  {
    key: "name",
    header: "Study",
    sortable: true,
    cell: (study) => (
      <>
        <Link href={`${path}/${study.id}`} className="prose-link font-medium">
          {study.name}
        </Link>
        <DemoLabel of={study} />
      </>
    ),
  },
  {
    key: "state",
    header: "State",
    sortable: true,
    cell: (study) => <StateBadge state={shownState(study)} />,
  },
  { key: "arms", header: "Arms", from: "md", cell: (study) => study.armNames.join(", ") },
  {
    key: "answers",
    header: "Answers",
    numeric: true,
    cell: (study) => (study.ratings.needed === 0 ? "—" : `${study.ratings.given} of ${study.ratings.needed}`),
  },
  { key: "raters", header: "Raters", numeric: true, from: "sm", cell: (study) => study.raterCount },
  {
    key: "createdAt",
    header: "Created",
    sortable: true,
    from: "md",
    cell: (study) => <Time at={study.createdAt.toISOString()} relative />,
  },
];

export default async function StudiesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = readListQuery(await searchParams, studySortKeys, { sort: "createdAt", order: "desc" });
  const { studies, total } = await listStudies({ ...query, pageSize });
  const newStudy = (
    <ButtonLink href={`${path}/new`} variant="primary" icon={<Plus className="size-4" aria-hidden="true" />}>
      New study
    </ButtonLink>
  );
  return (
    <>
      <PageHeader
        title="Studies"
        text="People compare pictures blind: which one matches its caption better?"
        actions={
          <>
            <ButtonLink href={`${path}/plan`}>Planner</ButtonLink>
            {total > 0 ? newStudy : null}
          </>
        }
      />
      {total === 0 ? (
        <EmptyState
          title="No studies yet"
          text="A study needs at least two arms for the same captions: the photographs of a dataset and one or more sample sets."
          action={newStudy}
        />
      ) : (
        <>
          <DataTable
            caption="Studies"
            columns={columns}
            rows={studies}
            rowKey={(study) => study.id}
            sort={{ key: query.sort, order: query.order }}
            path={path}
          />
          <Pagination
            page={query.page}
            pageSize={pageSize}
            total={total}
            path={path}
            query={{ sort: query.sort, order: query.order }}
            noun={["study", "studies"]}
          />
        </>
      )}
    </>
  );
}
