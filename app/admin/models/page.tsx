/** All models: registered from files, or written by fine-tunes. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { column, listPage } from "@/components/list-page";
import { partNames } from "@/components/model-text";
import { formatBytes, formatMillions } from "@/components/numbers";
import { Link } from "@/components/page-link";
import {
  type CheckpointSummary,
  checkpointSortKeys,
  listCheckpoints,
} from "@/lib/checkpoints/list-checkpoints";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Models" };

const path = "/admin/models";

export default listPage<CheckpointSummary, (typeof checkpointSortKeys)[number]>(staff, {
  path,
  title: "Models",
  text: "Checkpoints of GLIDE’s two parts. The base samples at 64 px, and the upsampler turns 64 px into 256 px.",
  noun: ["model", "models"],
  sortKeys: checkpointSortKeys,
  filter: {
    parameter: "part",
    label: "Models by part",
    choices: [
      { key: "all", label: "All" },
      { key: "base", label: "Base" },
      { key: "upsampler", label: "Upsampler" },
    ],
    none: { title: "No checkpoints of this part", text: "Register or fine-tune one." },
  },
  load: async ({ filter, ...query }) => {
    const part = filter === undefined ? {} : ({ part: filter === "base" ? "BASE" : "UPSAMPLER" } as const);
    const { checkpoints, total } = await listCheckpoints({ ...query, ...part });
    return { rows: checkpoints, total };
  },
  create: "Register a model",
  actions: () => <ButtonLink href={`${path}/adapters`}>Adapters</ButtonLink>,
  empty: {
    title: "No models yet",
    text: "Register OpenAI’s base.pt and upsample.pt, or any GLIDE weights as .pt or .safetensors. You can also train a small model from scratch, which needs no weights.",
    actions: <ButtonLink href="/admin/fine-tunes/new">Train from scratch</ButtonLink>,
  },
  columns: [
    column.link(path),
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
            {checkpoint.isBest ? ", best by validation" : ""}
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
    column.created("Added"),
  ],
});
