/** Automatic scores beside people's: what is attached, and another table. */
import { DescriptionList } from "@/components/description-list";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { db } from "@/lib/platform/database/db";
import { AttachMetrics } from "./attach-metrics";

export async function MetricsSection({ studyId }: { studyId: string }) {
  const attached = await db.studyMetrics.findUnique({ where: { studyId } });
  return (
    <Section
      title="Automatic scores"
      text="A table whose first column is the item, or the caption where there are no items, and whose other columns are metrics. A column “model” gives each model’s image its own values. The leaderboard shows how far each metric agrees with people’s mean scores."
    >
      <Panel>
        <div className="grid gap-5">
          {attached ? (
            <DescriptionList
              items={[
                { name: "File", value: attached.fileName },
                { name: "Metrics", value: attached.metrics.join(", ") },
                { name: "Attached", value: <Time at={attached.attachedAt.toISOString()} /> },
              ]}
            />
          ) : null}
          <AttachMetrics studyId={studyId} label={attached ? "Replace the table" : "Attach a table"} />
        </div>
      </Panel>
    </Section>
  );
}
