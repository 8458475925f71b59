/** All sample sets. */
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
import { ProgressBar } from "@/components/progress-bar";
import { Time } from "@/components/time";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listSampleSets, type SampleSetSummary, sampleSetSortKeys } from "@/lib/samples/list-sample-sets";

export const metadata: Metadata = { title: "Samples" };

const pageSize = 25;

export default async function SamplesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = readListQuery(await searchParams, sampleSetSortKeys, { sort: "createdAt", order: "desc" });
  const { sampleSets, total } = await listSampleSets({ ...query, pageSize });
  const drawButton = (
    <ButtonLink
      href="/admin/samples/new"
      variant="primary"
      icon={<Plus className="size-4" aria-hidden="true" />}
    >
      Draw samples
    </ButtonLink>
  );
  return (
    <>
      <LiveRefresh active={sampleSets.some((set) => set.state === "RUNNING" || set.state === "QUEUED")} />
      <PageHeader
        title="Samples"
        text="Pictures that a model has drawn for the captions of a dataset. Same captions, same seeds: what differs between two sets is the model."
        actions={
          <>
            <ButtonLink href="/admin/samples/try">Your own caption</ButtonLink>
            {total > 0 ? drawButton : null}
          </>
        }
      />
      {total === 0 ? (
        <EmptyState
          title="No samples yet"
          text="Draw the captions of a dataset with the original model and with the fine-tuned one, and put them side by side."
          action={drawButton}
        />
      ) : (
        <>
          <DataTable
            caption="Sample sets"
            columns={columns}
            rows={sampleSets}
            rowKey={(set) => set.id}
            sort={{ key: query.sort, order: query.order }}
            path="/admin/samples"
          />
          <Pagination
            page={query.page}
            pageSize={pageSize}
            total={total}
            path="/admin/samples"
            query={{ sort: query.sort, order: query.order }}
            noun={["sample set", "sample sets"]}
          />
        </>
      )}
    </>
  );
}

const columns: Column<SampleSetSummary>[] = [
  {
    key: "name",
    header: "Name",
    sortable: true,
    cell: (set) => (
      <>
        <Link href={`/admin/samples/${set.id}`} className="font-semibold hover:underline">
          {set.name}
        </Link>
        <DemoLabel of={set} />
        <span className="block text-[0.8125rem] text-muted">captions of {set.dataset.name}</span>
      </>
    ),
  },
  {
    key: "models",
    header: "Drawn by",
    from: "md",
    cell: (set) => (
      <>
        <Link href={`/admin/models/${set.baseCheckpoint.id}`} className="prose-link">
          {set.baseCheckpoint.name}
        </Link>
        {set.upsamplerCheckpoint ? (
          <span className="block text-[0.8125rem] text-muted">
            enlarged by {set.upsamplerCheckpoint.name}
          </span>
        ) : null}
      </>
    ),
  },
  { key: "state", header: "State", sortable: true, cell: (set) => <StateBadge state={set.state} /> },
  {
    key: "pictures",
    header: "Pictures",
    from: "sm",
    cell: (set) =>
      set.state === "RUNNING" ? (
        <div className="w-40">
          <ProgressBar
            value={set.drawn / Math.max(1, set.requested)}
            label={`Progress of ${set.name}`}
            text={`${formatCount(set.drawn)} of ${formatCount(set.requested)}`}
          />
        </div>
      ) : (
        <span className="numeric">
          {set.drawn === set.requested
            ? formatCount(set.drawn)
            : `${formatCount(set.drawn)} of ${formatCount(set.requested)}`}
        </span>
      ),
  },
  {
    key: "createdAt",
    header: "Asked for",
    sortable: true,
    from: "lg",
    cell: (set) => <Time at={set.createdAt.toISOString()} relative />,
  },
];
