/** Opens a captioning desk. */
import type { Metadata } from "next";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { listCategories } from "@/lib/datasets/list-categories";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { DeskForm } from "./desk-form";

export const metadata: Metadata = { title: "Open a captioning desk" };

export default async function NewDeskPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const { datasets } = await listDatasets({ pageSize: 500 });
  const usable = datasets.filter(({ state, imageCount }) => state === "READY" && imageCount > 0);
  const asked = parameter(await searchParams, "dataset");
  const chosen = usable.find(({ id }) => id === asked) ?? usable[0];
  const categories = chosen ? await listCategories(chosen.id) : [];
  return (
    <>
      <PageHeader
        back={{ href: "/admin/datasets/desks", label: "Captioning desks" }}
        title="Open a captioning desk"
        text="People open a link, get a share of the images, and describe them on a phone or a computer. They need no account."
      />
      <DeskForm
        key={chosen?.id}
        datasets={usable.map(({ id, name }) => ({ id, name }))}
        datasetId={chosen?.id ?? ""}
        categories={categories.map(({ name, value }) => `${name}=${value}`)}
      />
    </>
  );
}
