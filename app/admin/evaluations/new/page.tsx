/** Sets an evaluation up; `set` in the address chooses the samples. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FirstStep } from "@/components/first-step";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { listCategoriesOf } from "@/lib/datasets/list-categories";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listMissingWeights } from "@/lib/evaluations/networks/list-missing-weights";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listSampleSets } from "@/lib/samples/list-sample-sets";
import { EvaluationForm } from "./evaluation-form";

export const metadata: Metadata = { title: "Evaluate samples" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function NewEvaluationPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const set = parameter(await searchParams, "set");
  return (
    <>
      <PageHeader
        back={{ href: "/admin/evaluations", label: "Evaluations" }}
        title="Evaluate samples"
        text="Measure how well samples match their captions, and how close they are to photographs."
      />
      <Suspense fallback={<FormSkeleton />}>
        <Choice setId={set} />
      </Suspense>
    </>
  );
}

async function Choice({ setId }: { setId: string | undefined }) {
  const [{ datasets }, { sampleSets }, missing] = await Promise.all([
    listDatasets({ pageSize: mostChoices, sort: "name", order: "asc" }),
    listSampleSets({ pageSize: mostChoices }),
    listMissingWeights(),
  ]);
  const drawn = sampleSets.filter((one) => one.state === "SUCCEEDED");
  if (drawn.length === 0) return <FirstStep of="samples" text="There is no finished sample set yet." />;
  const categories = await listCategoriesOf([...new Set(drawn.map(({ dataset }) => dataset.id))]);
  return (
    <EvaluationForm
      key={setId}
      sampleSets={drawn.map(
        ({ id, name, dataset, captionSplit, captionCategories, drawn: count, drawnPx }) => ({
          id,
          name,
          datasetId: dataset.id,
          captionSplit,
          captionCategories,
          count,
          drawnPx,
        }),
      )}
      datasets={datasets
        .filter((dataset) => dataset.state === "READY")
        .map(({ id, name, imageCount, trainingCount }) => ({
          ...{ id, name, imageCount, trainingCount },
          categories: categories.get(id) ?? [],
        }))}
      missing={missing}
      initialSetId={drawn.find((one) => one.id === setId)?.id ?? drawn[0]!.id}
    />
  );
}
