/** What this installation is, where it keeps its things, and the commands that change it. */
import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { DescriptionList } from "@/components/description-list";
import { formatBytes, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { SemblanceCommand } from "@/components/semblance-command";
import { WorkerList } from "@/components/worker-list";
import { getDemoState } from "@/lib/dashboard/demo-state";
import { getInstallation } from "@/lib/dashboard/get-installation";
import { planDemoRemoval } from "@/lib/dashboard/remove-demo";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { administrators } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { DemoSection } from "./demo-section";

export const metadata: Metadata = { title: "Settings" };

export default async function SettingsPage() {
  await requireRole(...administrators);
  const [installation, workers, demoState] = await Promise.all([
    getInstallation(),
    listWorkers(),
    getDemoState(),
  ]);
  const { database, blobs } = installation;
  return (
    <>
      <PageHeader
        title="Settings"
        text="Semblance is configured by environment variables and the command line, so that an installation can be reproduced."
        action={
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
                name: "Images and weights",
                value: `${plural(blobs.count, "file", "files")}, ${formatBytes(blobs.sizeBytes)}`,
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
      <Section title="Workers" text="Where training and sampling run, and why no faster device is used.">
        <WorkerList workers={workers} />
      </Section>
      <Section title="Networks" text="Networks for metrics and sampling, installed or to be downloaded.">
        <ButtonLink href="/admin/evaluations/networks">Networks</ButtonLink>
      </Section>
      {demoState === "installed" || demoState === "installing" ? (
        <DemoSection removal={await planDemoRemoval()} />
      ) : null}
      <Section title="This machine" text="Check the hardware, what works, and how fast it is.">
        <div className="max-w-3xl">
          <SemblanceCommand command="npx semblance doctor" />
        </div>
      </Section>
    </>
  );
}

/** A value, and the environment variable that sets it. */
function Variable({ value, name }: { value: string; name: string }) {
  return (
    <>
      <span className="block">{value}</span>
      <code className="font-mono text-xs text-faint">{name}</code>
    </>
  );
}
