/** Imports masks for the images of a dataset. */
import type { Metadata } from "next";
import { FirstStep } from "@/components/first-step";
import { PageHeader } from "@/components/page-header";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { MaskImportForm } from "./mask-import-form";

export const metadata: Metadata = { title: "Import masks" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function NewMasksPage() {
  await requireRole(...staff);
  const { datasets } = await listDatasets({ pageSize: mostChoices, sort: "name", order: "asc" });
  const ready = datasets.filter((dataset) => dataset.state === "READY" && dataset.imageCount > 0);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/samples/masks", label: "Masks" }}
        title="Import masks"
        text="A mask is an image as large as its photograph: white where the photograph is redrawn, black where it is kept."
      />
      {ready.length === 0 ? (
        <FirstStep of="dataset" text="Masks are for the images of a dataset." />
      ) : (
        <MaskImportForm
          datasets={ready.map(({ id, name, imageCount }) => ({ id, name, imageCount }))}
          roots={env().importRoots}
        />
      )}
    </>
  );
}
