/** One adapter: what it is, and merging it into a base model. */
import { Download, FileImage } from "lucide-react";
import type { Metadata } from "next";
import { ButtonAnchor, ButtonLink } from "@/components/button";
import { DescriptionList } from "@/components/description-list";
import { FirstStep } from "@/components/first-step";
import { formatBytes, formatCount, plural } from "@/components/numbers";
import { PageHeader, Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { Panel } from "@/components/panel";
import { getAdapter, listAdapters } from "@/lib/adapters/list-adapters";
import { offeredAdapter } from "@/lib/adapters/offered-adapters";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { DeleteButton } from "../../../entities/entity-buttons";
import { orNotFound } from "../../../or-not-found";
import { MergeForm } from "./merge-form";

export const metadata: Metadata = { title: "Adapter" };

/** As many as a list to choose from may have. */
const mostChoices = 100;

export default async function AdapterPage({ params }: { params: Promise<{ adapterId: string }> }) {
  await requireRole(...staff);
  const { adapterId } = await params;
  const adapter = await getAdapter(adapterId).catch(orNotFound);
  const [{ bases }, { adapters }] = await Promise.all([
    listSamplingModels(),
    listAdapters({ pageSize: mostChoices }),
  ]);
  const others = adapters.filter(({ id }) => id !== adapterId);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/models/adapters", label: "Adapters" }}
        title={adapter.name}
        text="Low-rank matrices that are added to some weights of a base model (LoRA)."
        action={
          <ButtonLink
            href={`/admin/samples/new?adapter=${adapterId}`}
            variant="primary"
            icon={<FileImage className="size-4" aria-hidden="true" />}
          >
            Draw samples
          </ButtonLink>
        }
        others={
          <>
            <ButtonAnchor
              href={`/api/adapters/${adapterId}/peft.zip`}
              icon={<Download className="size-4" aria-hidden="true" />}
            >
              Download for peft
            </ButtonAnchor>
            <DeleteButton
              of={{ kind: "adapter", id: adapterId }}
              name={adapter.name}
              text="Models that it was merged into stay."
            />
          </>
        }
      />
      <Panel className="mb-10 max-w-2xl py-2 sm:py-2">
        <DescriptionList
          items={[
            {
              name: "From",
              value: adapter.fineTune ? (
                <Link href={`/admin/fine-tunes/${adapter.fineTune.id}`} className="prose-link">
                  {adapter.fineTune.name}
                  {adapter.step === null ? "" : `, step ${formatCount(adapter.step)}`}
                </Link>
              ) : (
                "a file"
              ),
            },
            { name: "Rank and alpha", value: `${adapter.rank} and ${adapter.alpha}` },
            {
              name: "Adapts",
              value: `${plural(adapter.weightCount, "weight", "weights")}, by ${formatCount(adapter.parameterCount)} numbers`,
            },
            { name: "Size", value: formatBytes(adapter.sizeBytes) },
            {
              name: "SHA-256",
              value: <code className="text-[0.8125rem] break-all">{adapter.blobSha256}</code>,
            },
            { name: "Used by", value: plural(adapter.sampleSetCount, "sample set", "sample sets") },
          ]}
        />
      </Panel>
      <Section
        title="Merge into a base model"
        text="The result is a model of its own, which can be fine-tuned, exported and loaded by other programs. The base stays as it is."
      >
        {bases.length === 0 ? (
          <FirstStep of="model" text="There is no base model yet." />
        ) : (
          <MergeForm
            bases={bases.map(({ id, name }) => ({ id, name }))}
            adapters={[adapter, ...others].map(offeredAdapter)}
          />
        )}
      </Section>
    </>
  );
}
