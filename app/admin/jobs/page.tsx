/** Everything that workers do, have done and are to do. */
import type { Metadata } from "next";
import { JobSubject, JobTitle } from "@/components/job-text";
import { column, listPage } from "@/components/list-page";
import { formatDuration } from "@/components/numbers";
import { Section } from "@/components/page-header";
import { ProgressBar } from "@/components/progress-bar";
import { StoppedWorkerList, WorkerList } from "@/components/worker-list";
import { type JobSummary, jobSortKeys, listJobs } from "@/jobs/list-jobs";
import { currentUser } from "@/lib/platform/accounts/current-user";
import { staff } from "@/lib/platform/accounts/roles";
import { listStoppedWorkers, listWorkers } from "@/lib/platform/jobs/list-workers";
import { CancelButton, RetryButton } from "../entities/entity-buttons";
import { DutyButtons, ResumeStoppedButton } from "./duty-buttons";
import { MoveButtons } from "./move-buttons";

export const metadata: Metadata = { title: "Jobs" };

const filters = [
  { key: "all", label: "All", states: undefined },
  { key: "open", label: "Running and waiting", states: ["RUNNING" as const, "QUEUED" as const] },
  { key: "paused", label: "Paused", states: ["PAUSED" as const] },
  { key: "failed", label: "Failed", states: ["FAILED" as const] },
  { key: "done", label: "Done", states: ["SUCCEEDED" as const] },
  { key: "cancelled", label: "Cancelled", states: ["CANCELLED" as const] },
];

const whenThere =
  "A job appears here as soon as you import a dataset, start a fine-tune, draw samples or evaluate them.";

export default listPage<JobSummary, (typeof jobSortKeys)[number]>(staff, {
  path: "/admin/jobs",
  title: "Jobs",
  text: "Imports, fine-tunes, sample sets and evaluations, whether running, waiting or finished.",
  noun: ["job", "jobs"],
  sortKeys: jobSortKeys,
  pageSize: 30,
  filter: {
    parameter: "state",
    label: "Jobs by state",
    choices: filters,
    none: { title: "No jobs in this state", text: whenThere },
  },
  load: async ({ filter, ...query }) => {
    const states = filters.find(({ key }) => key === filter)?.states;
    const { jobs, total } = await listJobs({ ...query, ...(states ? { states } : {}) });
    return { rows: jobs, total };
  },
  refreshMs: (rows) => (rows.some(isMoving) ? 2000 : 10_000),
  empty: { title: "No jobs yet", text: whenThere },
  above: (
    <Section title="Workers">
      <Workers />
    </Section>
  ),
  tableTitle: "Jobs",
  columns: [
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
    column.state(({ state, missing }) => ({ state, missing })),
    { key: "progress", header: "Progress", cell: (job) => <JobProgress job={job} /> },
    column.created("Requested"),
    { key: "took", header: "Duration", numeric: true, from: "md", cell: (job) => took(job) },
    {
      key: "actions",
      header: "Actions",
      cell: (job) =>
        isMoving(job) ? (
          <div className="flex flex-wrap gap-1.5">
            <MoveButtons jobId={job.id} canMoveUp={job.canMoveUp} canMoveDown={job.canMoveDown} />
            <CancelButton of={{ kind: "job", id: job.id, work: job.kind }} size="sm" />
          </div>
        ) : job.state === "PAUSED" ? (
          <RetryButton of={{ kind: "job", id: job.id, work: job.kind }} label="Resume" continues size="sm" />
        ) : job.state === "FAILED" || job.state === "CANCELLED" ? (
          <RetryButton
            of={{ kind: "job", id: job.id, work: job.kind }}
            label="Retry"
            done="Queued again"
            size="sm"
          />
        ) : null,
    },
  ],
});

async function Workers() {
  const [workers, stopped, member] = await Promise.all([listWorkers(), listStoppedWorkers(), currentUser()]);
  const mayTell = member?.role === "ADMINISTRATOR";
  return (
    <>
      <WorkerList
        workers={workers}
        {...(mayTell && {
          actions: ({ id, duty, hostname, pid }) => (
            <DutyButtons workerId={id} duty={duty} name={`${hostname}, process ${pid}`} />
          ),
        })}
      />
      <StoppedWorkerList
        workers={stopped}
        actions={({ id, hostname, device }) =>
          mayTell ? <ResumeStoppedButton workerId={id} name={`${hostname}, ${device}`} /> : null
        }
      />
    </>
  );
}

function isMoving({ state }: JobSummary): boolean {
  return state === "RUNNING" || state === "QUEUED";
}

function JobProgress({ job }: { job: JobSummary }) {
  if (job.state === "FAILED") {
    return <p className="max-w-[40ch] text-[0.8125rem] text-danger [overflow-wrap:anywhere]">{job.error}</p>;
  }
  return (
    <>
      {job.state === "RUNNING" ? (
        <div className="w-48">
          <ProgressBar
            value={job.progress}
            label={`Progress of ${job.subjectName}`}
            text={`${Math.floor(job.progress * 100)}%${job.note ? `, ${job.note}` : ""}`}
          />
        </div>
      ) : null}
      {job.warning ? (
        <p className="mt-1 max-w-[40ch] text-[0.8125rem] text-warn [overflow-wrap:anywhere]">{job.warning}</p>
      ) : null}
    </>
  );
}

function took(job: JobSummary): string {
  if (!job.startedAt || !job.finishedAt) return "";
  return formatDuration((job.finishedAt.getTime() - job.startedAt.getTime()) / 1000);
}
