/** Sets the drawing of samples up. `dataset`, `base`, `upsampler`, `adapter`, `masks` and `like` (an earlier set) in the address fill it in. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { ButtonLink } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { FormSkeleton } from "@/components/skeleton";
import { listOfferedAdapters } from "@/lib/adapters/offered-adapters";
import { listCategoriesOf } from "@/lib/datasets/list-categories";
import { listDatasets } from "@/lib/datasets/list-datasets";
import { listMaskSets } from "@/lib/mask-sets/list-mask-sets";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { getSampleSet } from "@/lib/samples/get-sample-set";
import type { SampleSetSummary } from "@/lib/samples/list-sample-sets";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { orNotFound } from "../../or-not-found";
import { SampleForm } from "./sample-form";

export const metadata: Metadata = { title: "Draw samples" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function NewSamplesPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const params = await searchParams;
  const likeId = parameter(params, "like");
  const like = likeId ? await getSampleSet(likeId).catch(orNotFound) : null;
  return (
    <>
      <PageHeader
        back={{ href: "/admin/samples", label: "Samples" }}
        title="Draw samples"
        text={
          like
            ? `Filled in with the settings of “${like.name}”, so that the two can be compared. Choose another model.`
            : "For a comparison, draw two sets that differ only in the model."
        }
      />
      <Suspense fallback={<FormSkeleton />}>
        <Choice params={params} like={like} />
      </Suspense>
    </>
  );
}

async function Choice({ params, like }: { params: SearchParams; like: SampleSetSummary | null }) {
  const [{ datasets }, { bases, upsamplers }, adapters, { maskSets }] = await Promise.all([
    listDatasets({ pageSize: mostChoices, sort: "name", order: "asc" }),
    listSamplingModels(),
    listOfferedAdapters(),
    listMaskSets({ pageSize: mostChoices }),
  ]);
  const masks = maskSets.filter(({ state }) => state === "SUCCEEDED");
  const maskSet = masks.find(({ id }) => id === (like?.maskSet?.id ?? parameter(params, "masks")));
  const adapter = parameter(params, "adapter");
  const ready = datasets.filter((dataset) => dataset.state === "READY");
  const categories = await listCategoriesOf(ready.map(({ id }) => id));
  const missing = ready.length === 0 ? "dataset" : bases.length === 0 ? "model" : null;
  if (missing) {
    return (
      <EmptyState
        title={missing === "dataset" ? "Import a dataset first" : "Add a model first"}
        text={
          missing === "dataset"
            ? "Samples are drawn for the captions of a dataset."
            : "Register GLIDE weights, or train a small base model from scratch."
        }
        action={
          missing === "dataset" ? (
            <ButtonLink href="/admin/datasets/new" variant="primary">
              Import a dataset
            </ButtonLink>
          ) : (
            <>
              <ButtonLink href="/admin/models/new" variant="primary">
                Register a model
              </ButtonLink>
              <ButtonLink href="/admin/fine-tunes/new">Train from scratch</ButtonLink>
            </>
          )
        }
      />
    );
  }
  return (
    <SampleForm
      key={JSON.stringify(params)}
      datasets={ready.map(({ id, name, firstCaptionCount, captionCount, imageCount, trainingCount }) => ({
        id,
        name,
        firstCaptionCount,
        captionCount,
        imageCount,
        trainingCount,
        categories: categories.get(id) ?? [],
      }))}
      bases={bases}
      upsamplers={upsamplers}
      adapters={adapters}
      maskSets={masks.map(({ id, name, maskCount, dataset }) => ({
        ...{ id, name, maskCount },
        datasetId: dataset.id,
      }))}
      initial={{
        datasetId: like?.dataset.id ?? maskSet?.dataset.id ?? parameter(params, "dataset") ?? "",
        baseCheckpointId:
          parameter(params, "base") ??
          // Only an inpainting model completes images.
          (maskSet ? ((await listSamplingModels({ onlyInpainting: true })).bases[0]?.id ?? "") : ""),
        maskSetId: maskSet?.id ?? null,
        upsamplerCheckpointId: parameter(params, "upsampler") ?? like?.upsamplerCheckpoint?.id ?? "",
        allCaptions: like?.allCaptions ?? false,
        captionCategories: like?.captionCategories ?? [],
        captionSplit: like?.captionSplit ?? null,
        captionLimit: like?.captionLimit ?? null,
        adapters:
          like?.adapters.map(({ id, scale }) => ({ adapterId: id, scale })) ??
          adapters.filter(({ id }) => id === adapter).map(({ id }) => ({ adapterId: id, scale: 1 })),
        settings: like?.settings ?? null,
      }}
    />
  );
}
