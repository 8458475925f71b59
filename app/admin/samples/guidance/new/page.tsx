/** Sets a comparison of guidances up. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FirstStep } from "@/components/first-step";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { listOfferedAdapters } from "@/lib/adapters/offered-adapters";
import { listCategoriesOf } from "@/lib/datasets/list-categories";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import { listMaskSets } from "@/lib/mask-sets/list-mask-sets";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { CompareGuidanceForm } from "./compare-guidance-form";

export const metadata: Metadata = { title: "Compare guidances" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function NewGuidanceComparisonPage() {
  await requireRole(...staff);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/samples/guidance", label: "Guidance comparisons" }}
        title="Compare guidances"
        text="Every setting draws the same captions from the same seeds. Then each is scored against the photographs."
      />
      <Suspense fallback={<FormSkeleton />}>
        <Choice />
      </Suspense>
    </>
  );
}

async function Choice() {
  const [{ datasets }, { bases, upsamplers }, adapters, { maskSets }, missing] = await Promise.all([
    listDatasets({ pageSize: mostChoices, sort: "name", order: "asc" }),
    listSamplingModels(),
    listOfferedAdapters(),
    listMaskSets({ pageSize: mostChoices }),
    listMissingWeights(),
  ]);
  const ready = datasets.filter((dataset) => dataset.state === "READY" && dataset.firstCaptionCount > 0);
  if (ready.length === 0)
    return <FirstStep of="dataset" text="Samples are drawn for the captions of a dataset." />;
  if (bases.length === 0) return <FirstStep of="model" text="There is no base model yet." />;
  const categories = await listCategoriesOf(ready.map(({ id }) => id));
  return (
    <CompareGuidanceForm
      datasets={ready.map(({ id, name, firstCaptionCount, captionCount, imageCount, trainingCount }) => ({
        ...{ id, name, firstCaptionCount, captionCount, imageCount, trainingCount },
        categories: categories.get(id) ?? [],
      }))}
      bases={bases}
      upsamplers={upsamplers}
      adapters={adapters}
      maskSets={maskSets
        .filter(({ state }) => state === "SUCCEEDED")
        .map(({ id, name, maskCount, dataset }) => ({ ...{ id, name, maskCount }, datasetId: dataset.id }))}
      missing={missing}
    />
  );
}
