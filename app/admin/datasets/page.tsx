/** All datasets. */
import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { StateBadge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { DemoLabel } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { readListQuery, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { formatCount } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { Picture } from "@/components/picture";
import { Time } from "@/components/time";
import { type DatasetSummary, datasetSortKeys, listDatasets } from "@/lib/datasets/list-datasets";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Datasets" };

const pageSize = 20;

export default async function DatasetsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = readListQuery(await searchParams, datasetSortKeys, { sort: "createdAt", order: "desc" });
  const { datasets, total } = await listDatasets({ ...query, pageSize });
  const importButton = (
    <ButtonLink
      href="/admin/datasets/new"
      variant="primary"
      icon={<Plus className="size-4" aria-hidden="true" />}
    >
      Import a dataset
    </ButtonLink>
  );
  return (
    <>
      <LiveRefresh active={datasets.some((dataset) => dataset.state === "IMPORTING")} everyMs={2000} />
      <PageHeader
        title="Datasets"
        text="Photographs with their captions: what models learn from, and what their pictures are compared with."
        actions={total > 0 ? importButton : null}
      />
      {total === 0 ? (
        <EmptyState
          title="No photographs yet"
          text={
            <>
              Bring a folder in which every picture has a text file of the same name:{" "}
              <code className="font-mono text-[0.8125rem]">rex-01.jpg</code> and{" "}
              <code className="font-mono text-[0.8125rem]">rex-01.txt</code>, one caption a line.
            </>
          }
          action={importButton}
        />
      ) : (
        <>
          <DataTable
            caption="Datasets"
            columns={columns}
            rows={datasets}
            rowKey={(dataset) => dataset.id}
            sort={{ key: query.sort, order: query.order }}
            path="/admin/datasets"
          />
          <Pagination
            page={query.page}
            pageSize={pageSize}
            total={total}
            path="/admin/datasets"
            query={{ sort: query.sort, order: query.order }}
            noun={["dataset", "datasets"]}
          />
        </>
      )}
    </>
  );
}

const columns: Column<DatasetSummary>[] = [
  {
    key: "name",
    header: "Name",
    sortable: true,
    cell: (dataset) => (
      <>
        <Link href={`/admin/datasets/${dataset.id}`} className="font-semibold hover:underline">
          {dataset.name}
        </Link>
        <DemoLabel of={dataset} />
      </>
    ),
  },
  {
    key: "pictures",
    header: "First pictures",
    from: "md",
    cell: (dataset) => (
      <div className="flex gap-1.5">
        {dataset.firstPictures.map((sha256) => (
          <Picture key={sha256} sha256={sha256} alt="" sidePx={128} className="size-11" />
        ))}
      </div>
    ),
  },
  { key: "state", header: "State", sortable: true, cell: (dataset) => <StateBadge state={dataset.state} /> },
  {
    key: "pictureCount",
    header: "Pictures",
    numeric: true,
    cell: (dataset) => formatCount(dataset.pictureCount),
  },
  {
    key: "captionCount",
    header: "Captions",
    numeric: true,
    from: "sm",
    cell: (dataset) => formatCount(dataset.captionCount),
  },
  {
    key: "createdAt",
    header: "Imported",
    sortable: true,
    from: "lg",
    cell: (dataset) => <Time at={dataset.createdAt.toISOString()} relative />,
  },
];
