/** Brings images of any generator in, for the captions of a dataset. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { env } from "@/lib/env";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { ImportForm } from "./import-form";

export const metadata: Metadata = { title: "Import samples" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function ImportSamplesPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/samples", label: "Samples" }}
        title="Import samples"
        text="Images of any generator for the captions of a dataset, used like samples made here."
      />
      <Suspense fallback={<FormSkeleton />}>
        <Choice />
      </Suspense>
    </>
  );
}

async function Choice() {
  const { datasets } = await listDatasets({ pageSize: mostChoices });
  const ready = datasets.filter(({ state }) => state === "READY");
  if (ready.length === 0) {
    return (
      <EmptyState
        title="No captions yet"
        text="Images are matched to captions: a list of captions, or photographs with captions."
        action={
          <>
            <ButtonLink href="/admin/datasets/captions" variant="primary">
              List of captions
            </ButtonLink>
            <ButtonLink href="/admin/datasets/new">Photographs with captions</ButtonLink>
          </>
        }
      />
    );
  }
  return (
    <ImportForm
      datasets={ready.map(({ id, name, firstCaptionCount }) => ({ id, name, captions: firstCaptionCount }))}
      roots={env().importRoots}
    />
  );
}
