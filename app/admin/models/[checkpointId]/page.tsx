/** One model: where it comes from, what it is, what was made with it. */
import { FileImage, FileText, FlaskConical, Gauge } from "lucide-react";
import type { Metadata } from "next";
import { Badge } from "@/components/badge";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import { DemoNote } from "@/components/demo-label";
import { DescriptionList } from "@/components/description-list";
import { partNames } from "@/components/model-text";
import { formatBytes, formatCount } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { Time } from "@/components/time";
import { findAdapterOf } from "@/lib/adapters/list-adapters";
import { getCheckpoint } from "@/lib/checkpoints/get-checkpoint";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { DeleteButton } from "../../entities/entity-buttons";
import { orNotFound } from "../../or-not-found";
import { ModelExports } from "./exports";

export const metadata: Metadata = { title: "Model" };

export default async function ModelPage({ params }: { params: Promise<{ checkpointId: string }> }) {
  await requireRole(...staff);
  const { checkpointId } = await params;
  const checkpoint = await getCheckpoint(checkpointId).catch(orNotFound);
  const { fineTunes, sampleSets } = checkpoint.usedBy;
  const adapter = await findAdapterOf(checkpoint);
  const sampling = checkpoint.part === "BASE" ? `base=${checkpoint.id}` : `upsampler=${checkpoint.id}`;
  return (
    <>
      <PageHeader
        back={{ href: "/admin/models", label: "Models" }}
        title={checkpoint.name}
        badge={
          <>
            <Badge tone="accent">{partNames[checkpoint.part].label}</Badge>
            {checkpoint.isDemo ? <DemoNote /> : null}
          </>
        }
        text={partNames[checkpoint.part].text}
        action={
          <ButtonLink
            href={`/admin/samples/new?${sampling}`}
            variant="primary"
            icon={<FileImage className="size-4" aria-hidden="true" />}
          >
            Draw samples
          </ButtonLink>
        }
        others={
          <>
            <ButtonLink
              href={`/admin/models/${checkpoint.id}/evaluation`}
              icon={<Gauge className="size-4" aria-hidden="true" />}
            >
              Evaluation
            </ButtonLink>
            <ButtonLink
              href={`/admin/fine-tunes/new?start=${checkpoint.id}`}
              icon={<FlaskConical className="size-4" aria-hidden="true" />}
            >
              Fine-tune it
            </ButtonLink>
            <ButtonAnchor
              href={`/api/models/${checkpoint.id}/card.md`}
              icon={<FileText className="size-4" aria-hidden="true" />}
            >
              Model card
            </ButtonAnchor>
            {fineTunes.length + sampleSets.length === 0 ? (
              <DeleteButton
                of={{ kind: "model", id: checkpointId }}
                name={checkpoint.name}
                text="Its weights are removed from Semblance. The original file is not touched."
              />
            ) : null}
          </>
        }
      />
      <div className="grid items-start gap-x-10 gap-y-10 xl:grid-cols-2">
        <div>
          <Section title="File">
            <Panel className="py-2 sm:py-2">
              <DescriptionList
                items={[
                  {
                    name: "From",
                    value: checkpoint.fineTune ? (
                      <Link href={`/admin/fine-tunes/${checkpoint.fineTune.id}`} className="prose-link">
                        {checkpoint.fineTune.name}
                        {checkpoint.step === null ? "" : `, step ${formatCount(checkpoint.step)}`}
                      </Link>
                    ) : (
                      "a registered file"
                    ),
                  },
                  { name: "Format", value: checkpoint.format },
                  ...(checkpoint.weightsKey === null
                    ? []
                    : [{ name: "Key in the file", value: checkpoint.weightsKey || "top level" }]),
                  { name: "Parameters", value: formatCount(checkpoint.parameterCount) },
                  { name: "Tensors", value: formatCount(checkpoint.tensorCount) },
                  { name: "Image", value: `${checkpoint.imageSizePx} × ${checkpoint.imageSizePx} px` },
                  { name: "Size", value: formatBytes(checkpoint.sizeBytes) },
                  {
                    name: "SHA-256",
                    value: <code className="font-mono text-xs break-all">{checkpoint.sha256}</code>,
                  },
                  { name: "Added", value: <Time at={checkpoint.createdAt.toISOString()} /> },
                ]}
              />
            </Panel>
          </Section>
          <ModelExports checkpointId={checkpoint.id} adapterId={adapter?.id ?? null} />
          {fineTunes.length + sampleSets.length > 0 ? (
            <Section title="Used by">
              <ul className="grid gap-1.5 text-sm">
                {fineTunes.map((run) => (
                  <li key={run.id}>
                    <span className="text-muted">Fine-tune </span>
                    <Link href={`/admin/fine-tunes/${run.id}`} className="prose-link">
                      {run.name}
                    </Link>
                  </li>
                ))}
                {sampleSets.map((set) => (
                  <li key={set.id}>
                    <span className="text-muted">Samples </span>
                    <Link href={`/admin/samples/${set.id}`} className="prose-link">
                      {set.name}
                    </Link>
                  </li>
                ))}
              </ul>
            </Section>
          ) : null}
        </div>
        <div>
          <Section title="Options" text="With the names used in OpenAI’s implementation.">
            <Panel className="py-2 sm:py-2">
              <DescriptionList
                items={Object.entries(checkpoint.options).map(([name, value]) => ({
                  name,
                  value: typeof value === "string" ? value : JSON.stringify(value),
                }))}
              />
            </Panel>
          </Section>
        </div>
      </div>
    </>
  );
}
