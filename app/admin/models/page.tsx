/** All models: registered from files, or written by fine-tunes. */
import { Plus } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import { ButtonLink } from "@/components/button";
import { type Column, DataTable } from "@/components/data-table";
import { DemoLabel } from "@/components/demo-label";
import { EmptyState } from "@/components/empty-state";
import { address, parameter, readListQuery, type SearchParams } from "@/components/list-query";
import { partNames } from "@/components/model-text";
import { formatBytes, formatMillions } from "@/components/numbers";
import { PageHeader } from "@/components/page-header";
import { Pagination } from "@/components/pagination";
import { TabLinks } from "@/components/tab-links";
import { Time } from "@/components/time";
import {
  type CheckpointSummary,
  checkpointSortKeys,
  listCheckpoints,
} from "@/lib/checkpoints/list-checkpoints";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Models" };

const pageSize = 25;

const filters = { all: undefined, base: "BASE", upsampler: "UPSAMPLER" } as const;

type Filter = keyof typeof filters;

export default async function ModelsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const params = await searchParams;
  const wanted = parameter(params, "part") ?? "all";
  const filter: Filter = wanted in filters ? (wanted as Filter) : "all";
  const query = readListQuery(params, checkpointSortKeys, { sort: "createdAt", order: "desc" });
  const part = filters[filter];
  const { checkpoints, total } = await listCheckpoints({ ...query, pageSize, ...(part ? { part } : {}) });
  const kept = { part: filter === "all" ? undefined : filter };
  const registerButton = (
    <ButtonLink
      href="/admin/models/new"
      variant="primary"
      icon={<Plus className="size-4" aria-hidden="true" />}
    >
      Register a model
    </ButtonLink>
  );
  const empty = total === 0 && filter === "all";
  return (
    <>
      <PageHeader
        title="Models"
        text="Weights of GLIDE’s two parts: the base draws 64 pixels, the upsampler makes 256 of them."
        actions={empty ? null : registerButton}
      />
      {empty ? (
        <EmptyState
          title="No models yet"
          text="Register OpenAI’s base.pt and upsample.pt, or any GLIDE weights in .pt or .safetensors. Or train a small model from scratch: that needs no weights at all."
          action={
            <>
              {registerButton}
              <ButtonLink href="/admin/fine-tunes/new">Train from scratch</ButtonLink>
            </>
          }
        />
      ) : (
        <>
          <TabLinks
            label="Models by part"
            current={filter}
            tabs={[
              { key: "all", label: "All", href: "/admin/models" },
              { key: "base", label: "Base", href: address("/admin/models", { part: "base" }) },
              { key: "upsampler", label: "Upsampler", href: address("/admin/models", { part: "upsampler" }) },
            ]}
          />
          {total === 0 ? (
            <EmptyState
              title="None of this part"
              text="Register one, or fine-tune one."
              action={registerButton}
            />
          ) : (
            <DataTable
              caption="Models"
              columns={columns}
              rows={checkpoints}
              rowKey={(checkpoint) => checkpoint.id}
              sort={{ key: query.sort, order: query.order }}
              path="/admin/models"
              query={kept}
            />
          )}
          <Pagination
            page={query.page}
            pageSize={pageSize}
            total={total}
            path="/admin/models"
            query={{ ...kept, sort: query.sort, order: query.order }}
            noun={["model", "models"]}
          />
        </>
      )}
    </>
  );
}

const columns: Column<CheckpointSummary>[] = [
  {
    key: "name",
    header: "Name",
    sortable: true,
    cell: (checkpoint) => (
      <>
        <Link href={`/admin/models/${checkpoint.id}`} className="font-semibold hover:underline">
          {checkpoint.name}
        </Link>
        <DemoLabel of={checkpoint} />
      </>
    ),
  },
  { key: "part", header: "Part", sortable: true, cell: (checkpoint) => partNames[checkpoint.part].label },
  {
    key: "origin",
    header: "From",
    from: "md",
    cell: (checkpoint) =>
      checkpoint.fineTune ? (
        <Link href={`/admin/fine-tunes/${checkpoint.fineTune.id}`} className="prose-link">
          {checkpoint.fineTune.name}
          {checkpoint.step === null ? "" : `, step ${checkpoint.step}`}
        </Link>
      ) : (
        <span className="text-muted">a file ({checkpoint.format})</span>
      ),
  },
  {
    key: "parameterCount",
    header: "Parameters",
    sortable: true,
    numeric: true,
    cell: (checkpoint) => formatMillions(checkpoint.parameterCount),
  },
  {
    key: "size",
    header: "Size",
    numeric: true,
    from: "sm",
    cell: (checkpoint) => formatBytes(checkpoint.sizeBytes),
  },
  {
    key: "createdAt",
    header: "Added",
    sortable: true,
    from: "lg",
    cell: (checkpoint) => <Time at={checkpoint.createdAt.toISOString()} relative />,
  },
];
