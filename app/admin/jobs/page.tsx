/** Everything that workers do, have done and are to do. */
import type { Metadata } from "next";
import { ActionButton } from "@/components/action-button";
import { StateBadge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { EmptyState } from "@/components/empty-state";
import { JobSubject, JobTitle } from "@/components/job-text";
import { address, parameter, readListQuery, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { formatDuration } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { ProgressBar } from "@/components/progress-bar";
import { TabLinks } from "@/components/tab-links";
import { Time } from "@/components/time";
import { WorkerList } from "@/components/worker-list";
import { type JobSummary, jobSortKeys, listJobs } from "@/jobs/list-jobs";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { cancel, retry } from "./actions";

export const metadata: Metadata = { title: "Jobs" };

const pageSize = 30;

const filters = {
  all: { label: "All", states: undefined },
  open: { label: "Running and waiting", states: ["RUNNING" as const, "QUEUED" as const] },
  failed: { label: "Failed", states: ["FAILED" as const] },
  done: { label: "Done", states: ["SUCCEEDED" as const] },
  cancelled: { label: "Cancelled", states: ["CANCELLED" as const] },
};

type Filter = keyof typeof filters;

export default async function JobsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const params = await searchParams;
  const wanted = parameter(params, "state") ?? "all";
  const filter: Filter = wanted in filters ? (wanted as Filter) : "all";
  const query = readListQuery(params, jobSortKeys, { sort: "createdAt", order: "desc" });
  const sorting = { sort: query.sort, order: query.order };
  const { states } = filters[filter];
  const [{ jobs, total }, workers] = await Promise.all([
    listJobs({ ...query, pageSize, ...(states ? { states } : {}) }),
    listWorkers(),
  ]);
  return (
    <>
      <LiveRefresh
        everyMs={jobs.some((job) => job.state === "RUNNING" || job.state === "QUEUED") ? 2000 : 10_000}
      />
      <PageHeader
        title="Jobs"
        text="Imports, fine-tunes, sampling and evaluations: what runs, what waits, and how the rest ended."
      />
      <Section title="Workers">
        <WorkerList workers={workers} />
      </Section>
      <Section title="Jobs">
        <TabLinks
          label="Jobs by state"
          current={filter}
          tabs={(Object.keys(filters) as Filter[]).map((key) => ({
            key,
            label: filters[key].label,
            href: address("/admin/jobs", { ...sorting, state: key === "all" ? undefined : key }),
          }))}
        />
        {jobs.length === 0 ? (
          <EmptyState
            title={filter === "all" ? "No jobs yet" : "None in this state"}
            text="A job appears here as soon as you import a dataset, start a fine-tune, draw samples or evaluate them."
          />
        ) : (
          <>
            <DataTable
              caption="Jobs"
              columns={columns}
              rows={jobs}
              rowKey={(job) => job.id}
              sort={{ key: query.sort, order: query.order }}
              path="/admin/jobs"
              query={{ state: filter === "all" ? undefined : filter }}
            />
            <Pagination
              page={query.page}
              pageSize={pageSize}
              total={total}
              path="/admin/jobs"
              query={{ ...sorting, state: filter === "all" ? undefined : filter }}
              noun={["job", "jobs"]}
            />
          </>
        )}
      </Section>
    </>
  );
}

const columns: Column<JobSummary>[] = [
  {
    key: "kind",
    header: "Job",
    sortable: true,
    cell: (job) => (
      <>
        <JobSubject {...job} />
        <span className="block text-[0.8125rem] text-muted">
          <JobTitle kind={job.kind} />
        </span>
      </>
    ),
  },
  {
    key: "state",
    header: "State",
    sortable: true,
    cell: (job) => <StateBadge state={job.state} missing={job.missing} />,
  },
  { key: "progress", header: "Progress", cell: (job) => <JobProgress job={job} /> },
  {
    key: "createdAt",
    header: "Asked for",
    sortable: true,
    from: "lg",
    cell: (job) => <Time at={job.createdAt.toISOString()} relative />,
  },
  { key: "took", header: "Took", numeric: true, from: "md", cell: (job) => took(job) },
  {
    key: "actions",
    header: "Actions",
    cell: (job) =>
      job.state === "RUNNING" || job.state === "QUEUED" ? (
        <ActionButton label="Cancel" size="sm" act={cancel.bind(null, { jobId: job.id })} done="Cancelled" />
      ) : job.state === "FAILED" || job.state === "CANCELLED" ? (
        <ActionButton
          label="Take up again"
          size="sm"
          act={retry.bind(null, { jobId: job.id })}
          done="It is waiting again"
        />
      ) : null,
  },
];

function JobProgress({ job }: { job: JobSummary }) {
  if (job.state === "FAILED") {
    return <p className="max-w-[40ch] text-[0.8125rem] text-danger [overflow-wrap:anywhere]">{job.error}</p>;
  }
  if (job.state !== "RUNNING") return null;
  return (
    <div className="w-48">
      <ProgressBar
        value={job.progress}
        label={`Progress of ${job.subjectName}`}
        text={`${Math.floor(job.progress * 100)}%${job.note ? `, ${job.note}` : ""}`}
      />
    </div>
  );
}

function took(job: JobSummary): string {
  if (!job.startedAt || !job.finishedAt) return "";
  return formatDuration((job.finishedAt.getTime() - job.startedAt.getTime()) / 1000);
}
