/** Networks that metrics and sampling need: what is installed, and the download of what is not. */
import { Download } from "lucide-react";
import type { Metadata } from "next";
import { ActionButton } from "@/components/action-button";
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { formatBytes } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { ProgressBar } from "@/components/progress-bar";
import { SemblanceCommand } from "@/components/semblance-command";
import { listWeightDownloads, type WeightDownload } from "@/jobs/get-weights/list-downloads";
import { dataPaths } from "@/lib/env";
import { listWeights, type WeightStatus } from "@/lib/evaluations/networks/list-weights";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { CancelButton } from "../../entities/entity-buttons";
import { download } from "./actions";

export const metadata: Metadata = { title: "Networks" };

type Row = WeightStatus & { download: WeightDownload | null };

const isMoving = (job: WeightDownload | null) => job?.state === "QUEUED" || job?.state === "RUNNING";

export default async function NetworksPage() {
  await requireRole(...staff);
  const [weights, downloads, workers] = await Promise.all([
    listWeights(),
    listWeightDownloads(),
    listWorkers(),
  ]);
  const rows = weights.map((entry): Row => ({ ...entry, download: downloads.get(entry.name) ?? null }));
  const moving = rows.some(({ download }) => isMoving(download));
  return (
    <>
      <LiveRefresh active={moving} everyMs={1000} />
      <PageHeader
        back={{ href: "/admin/evaluations", label: "Evaluations" }}
        title="Networks"
        text="Published networks that metrics and sampling use, each under its own licence."
      />
      {moving && workers.length === 0 ? (
        <div className="mb-6">
          <Notice kind="warning" title="No worker is running.">
            <p>The download starts as soon as one is running. Start one with this command:</p>
            <SemblanceCommand command="npx semblance worker" />
          </Notice>
        </div>
      ) : null}
      <DataTable caption="Networks" columns={columns} rows={rows} rowKey={({ name }) => name} />
      <p className="mt-4 text-[0.8125rem] text-muted [overflow-wrap:anywhere]">
        Downloads are saved in {dataPaths().weights} and verified. An interrupted download can be resumed.
      </p>
    </>
  );
}

const columns: Column<Row>[] = [
  {
    key: "title",
    header: "Network",
    cell: ({ source, title, purpose }) => (
      <>
        <a href={source} className="font-semibold hover:underline" target="_blank" rel="noreferrer">
          {title}
        </a>
        <span className="block text-[0.8125rem] text-muted">{purpose}</span>
      </>
    ),
  },
  {
    key: "bytes",
    header: "Size",
    numeric: true,
    from: "sm",
    cell: ({ bytes, aboutBytes }) =>
      bytes !== null
        ? formatBytes(bytes)
        : aboutBytes === undefined
          ? "not known"
          : `about ${formatBytes(aboutBytes)}`,
  },
  { key: "licence", header: "Licence", from: "lg", cell: ({ licence }) => licence },
  { key: "state", header: "State", cell: (row) => <State row={row} /> },
];

function State({ row: { name, title, installed, folder, command, download: job } }: { row: Row }) {
  if (installed) {
    return (
      <div className="grid gap-1">
        <Badge tone="good">Installed</Badge>
        {folder === null ? (
          <p className="text-[0.8125rem] text-muted">
            In the store. Each machine fetches it when it needs it.
          </p>
        ) : (
          <code className="font-mono text-xs text-faint [overflow-wrap:anywhere]">{folder}</code>
        )}
      </div>
    );
  }
  if (job && isMoving(job)) {
    return (
      <div className="grid min-w-44 gap-2">
        <ProgressBar
          value={job.progress}
          label={`Download of ${title}`}
          text={job.note || (job.state === "QUEUED" ? "Waiting for a worker" : "Connecting")}
        />
        <CancelButton
          of={{ kind: "network", id: name }}
          done={`The download of ${title} was cancelled. The part already downloaded is kept.`}
          size="sm"
        />
      </div>
    );
  }
  return (
    <div className="grid min-w-44 gap-2">
      {job?.state === "FAILED" ? (
        <p className="text-[0.8125rem] text-danger [overflow-wrap:anywhere]">{job.error}</p>
      ) : (
        <Badge>Not installed</Badge>
      )}
      <ActionButton
        label={job ? "Resume the download" : "Download"}
        act={download.bind(null, { name })}
        done={`${title} is being downloaded.`}
        size="sm"
        icon={<Download className="size-3.5" aria-hidden="true" />}
      />
      <details className="text-[0.8125rem]">
        <summary className="w-fit text-muted">On the command line</summary>
        <div className="mt-2">
          <SemblanceCommand command={command} />
        </div>
      </details>
    </div>
  );
}
