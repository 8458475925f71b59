/** All fine-tunes. */
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
import { partNames } from "@/components/model-text";
import { formatCount, formatDuration } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { ProgressBar } from "@/components/progress-bar";
import { Time } from "@/components/time";
import { type FineTuneSummary, fineTuneSortKeys, listFineTunes } from "@/lib/fine-tunes/list-fine-tunes";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Fine-tunes" };

const pageSize = 25;

export default async function FineTunesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const query = readListQuery(await searchParams, fineTuneSortKeys, { sort: "createdAt", order: "desc" });
  const { fineTunes, total } = await listFineTunes({ ...query, pageSize });
  const startButton = (
    <ButtonLink
      href="/admin/fine-tunes/new"
      variant="primary"
      icon={<Plus className="size-4" aria-hidden="true" />}
    >
      Start a fine-tune
    </ButtonLink>
  );
  return (
    <>
      <LiveRefresh active={fineTunes.some((run) => run.state === "RUNNING" || run.state === "QUEUED")} />
      <PageHeader
        title="Fine-tunes"
        text="Runs that teach a model your photographs, from registered weights or from scratch."
        actions={total > 0 ? startButton : null}
      />
      {total === 0 ? (
        <EmptyState
          title="No fine-tune yet"
          text="Choose a dataset and a start; the defaults are those of the community’s script for GLIDE. A tiny model learns 32 photographs in minutes, on any machine."
          action={startButton}
        />
      ) : (
        <>
          <DataTable
            caption="Fine-tunes"
            columns={columns}
            rows={fineTunes}
            rowKey={(run) => run.id}
            sort={{ key: query.sort, order: query.order }}
            path="/admin/fine-tunes"
          />
          <Pagination
            page={query.page}
            pageSize={pageSize}
            total={total}
            path="/admin/fine-tunes"
            query={{ sort: query.sort, order: query.order }}
            noun={["fine-tune", "fine-tunes"]}
          />
        </>
      )}
    </>
  );
}

const columns: Column<FineTuneSummary>[] = [
  {
    key: "name",
    header: "Name",
    sortable: true,
    cell: (run) => (
      <>
        <Link href={`/admin/fine-tunes/${run.id}`} className="font-semibold hover:underline">
          {run.name}
        </Link>
        <DemoLabel of={run} />
        <span className="block text-[0.8125rem] text-muted">
          {partNames[run.part].label},{" "}
          {run.startCheckpoint ? `from ${run.startCheckpoint.name}` : "from scratch"}
        </span>
      </>
    ),
  },
  {
    key: "dataset",
    header: "Dataset",
    from: "md",
    cell: (run) => (
      <Link href={`/admin/datasets/${run.dataset.id}`} className="prose-link">
        {run.dataset.name}
      </Link>
    ),
  },
  { key: "state", header: "State", sortable: true, cell: (run) => <StateBadge state={run.state} /> },
  {
    key: "steps",
    header: "Steps",
    from: "sm",
    cell: (run) =>
      run.state === "RUNNING" && run.totalSteps > 0 ? (
        <div className="w-44">
          <ProgressBar
            value={run.step / run.totalSteps}
            label={`Progress of ${run.name}`}
            text={`${formatCount(run.step)} of ${formatCount(run.totalSteps)}${run.secondsLeft === null ? "" : `, ${formatDuration(run.secondsLeft)} left`}`}
          />
        </div>
      ) : run.totalSteps > 0 ? (
        <span className="numeric">
          {formatCount(run.step)} of {formatCount(run.totalSteps)}
        </span>
      ) : null,
  },
  {
    key: "createdAt",
    header: "Started",
    sortable: true,
    from: "lg",
    cell: (run) => <Time at={run.createdAt.toISOString()} relative />,
  },
];
