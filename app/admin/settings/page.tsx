/** What this installation is, where it keeps its things, and the commands that change it. */
import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { Badge } from "@/components/badge";
import { ButtonLink } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { DescriptionList } from "@/components/description-list";
import { formatBytes, formatCount } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { SemblanceCommand } from "@/components/semblance-command";
import { WorkerList } from "@/components/worker-list";
import { requireRole } from "@/lib/accounts/require-role";
import { administrators } from "@/lib/accounts/roles";
import { getDemoState } from "@/lib/demo/demo-state";
import { planDemoRemoval } from "@/lib/demo/remove-demo";
import { listWorkers } from "@/lib/jobs/list-jobs";
import { getInstallation } from "@/lib/overview/get-installation";
import { listWeights, type WeightStatus } from "@/lib/weights/list-weights";
import { DemoSection } from "./demo-section";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  await requireRole(...administrators);
  const [installation, workers, weights, demoState] = await Promise.all([
    getInstallation(),
    listWorkers(),
    listWeights(),
    getDemoState(),
  ]);
  const { database, blobs } = installation;
  return (
    <>
      <PageHeader
        title="Settings"
        text="Semblance is set up by environment variables and by its command line, so that an installation can be repeated."
        actions={
          <ButtonLink
            href="/admin/settings/audit"
            icon={<ScrollText className="size-4" aria-hidden="true" />}
          >
            Audit log
          </ButtonLink>
        }
      />
      <Section title="This installation">
        <Panel className="max-w-3xl py-2 sm:py-2">
          <DescriptionList
            items={[
              { name: "Version", value: installation.version },
              { name: "Address", value: <Variable value={installation.publicUrl} name="SEMBLANCE_URL" /> },
              {
                name: "Data folder",
                value: <Variable value={installation.dataFolder} name="SEMBLANCE_DATA" />,
              },
              {
                name: "Database",
                value: (
                  <Variable
                    value={`${database.kind === "embedded" ? "embedded, in the data folder" : `on ${database.host}`}, ${formatBytes(installation.databaseBytes)}`}
                    name="DATABASE_URL"
                  />
                ),
              },
              {
                name: "Pictures and weights",
                value: `${formatCount(blobs.count)} files, ${formatBytes(blobs.sizeBytes)}`,
              },
              {
                name: "Free on the disk",
                value: installation.freeBytes === null ? "not known" : formatBytes(installation.freeBytes),
              },
              {
                name: "Execution provider",
                value: <Variable value={installation.provider} name="SEMBLANCE_PROVIDER" />,
              },
            ]}
          />
        </Panel>
      </Section>
      <Section title="Workers" text="Where training and sampling happen, and why nothing faster was taken.">
        <WorkerList workers={workers} />
      </Section>
      <Section
        title="Networks for metrics and sampling"
        text={`Published by others, each under its own licence. A command brings one into ${installation.weightsFolder} and checks it.`}
      >
        <div className="mb-10">
          <DataTable
            caption="Networks for metrics and sampling"
            columns={weightColumns}
            rows={weights}
            rowKey={(entry) => entry.name}
          />
        </div>
      </Section>
      {demoState === "installed" || demoState === "installing" ? (
        <DemoSection removal={await planDemoRemoval()} />
      ) : null}
      <Section title="This machine" text="What was found, what works, and how fast it is.">
        <div className="max-w-3xl">
          <SemblanceCommand command="npx semblance doctor" />
        </div>
      </Section>
    </>
  );
}

const weightColumns: Column<WeightStatus>[] = [
  {
    key: "title",
    header: "Network",
    cell: (entry) => (
      <>
        <a href={entry.source} className="font-semibold hover:underline" target="_blank" rel="noreferrer">
          {entry.title}
        </a>
        <span className="block text-[0.8125rem] text-muted">{entry.purpose}</span>
      </>
    ),
  },
  {
    key: "installed",
    header: "State",
    cell: (entry) => (
      <Badge tone={entry.installed ? "good" : "neutral"}>
        {entry.installed ? "Installed" : "Not installed"}
      </Badge>
    ),
  },
  {
    key: "bytes",
    header: "Size",
    numeric: true,
    cell: ({ bytes, aboutBytes }) =>
      bytes !== null
        ? formatBytes(bytes)
        : aboutBytes === undefined
          ? "not known"
          : `about ${formatBytes(aboutBytes)}`,
  },
  { key: "licence", header: "Licence", from: "md", cell: (entry) => entry.licence },
  {
    key: "folder",
    header: "Where it lies, or what brings it",
    cell: (entry) =>
      entry.folder === null ? (
        <SemblanceCommand command={entry.command} />
      ) : (
        <code className="font-mono text-[0.8125rem] [overflow-wrap:anywhere]">{entry.folder}</code>
      ),
  },
];

/** A value, and the environment variable that sets it. */
function Variable({ value, name }: { value: string; name: string }) {
  return (
    <>
      <span className="block">{value}</span>
      <code className="font-mono text-xs text-faint">{name}</code>
    </>
  );
}
