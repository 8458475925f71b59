/** All LoRA adapters: registered from files, or written by fine-tunes. */
import type { Metadata } from "next";
import { ButtonLink } from "@/components/button";
import { column, listPage } from "@/components/list-page";
import { formatBytes } from "@/components/numbers";
import { Link } from "@/components/page-link";
import { type AdapterSummary, adapterSortKeys, listAdapters } from "@/lib/adapters/list-adapters";
import { staff } from "@/lib/platform/accounts/roles";

export const metadata: Metadata = { title: "Adapters" };

const path = "/admin/models/adapters";

export default listPage<AdapterSummary, (typeof adapterSortKeys)[number]>(staff, {
  path,
  title: "Adapters",
  text: "LoRA adapters change a base model a little. They are chosen when samples are drawn, or merged into the model.",
  noun: ["adapter", "adapters"],
  sortKeys: adapterSortKeys,
  load: async (query) => {
    const { adapters, total } = await listAdapters(query);
    return { rows: adapters, total };
  },
  actions: () => <ButtonLink href="/admin/models/new">Register a file</ButtonLink>,
  empty: {
    title: "No adapters yet",
    text: "Fine-tune a model with a LoRA rank above 0, or register a file with peft’s names.",
    actions: <ButtonLink href="/admin/fine-tunes/new">Fine-tune</ButtonLink>,
  },
  columns: [
    column.link(path),
    {
      key: "origin",
      header: "From",
      from: "md",
      cell: ({ fineTune, step }) =>
        fineTune ? (
          <Link href={`/admin/fine-tunes/${fineTune.id}`} className="prose-link">
            {fineTune.name}
            {step === null ? "" : `, step ${step}`}
          </Link>
        ) : (
          <span className="text-muted">a file</span>
        ),
    },
    { key: "rank", header: "Rank", numeric: true, cell: ({ rank }) => rank },
    {
      key: "size",
      header: "Size",
      numeric: true,
      from: "sm",
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
    },
    column.created("Added"),
  ],
});
