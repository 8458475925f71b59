/** Images as a fine-tune with the settings in the address would see them; reached from its form. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { orNotFound } from "@/app/admin/or-not-found";
import { orRefusal } from "@/app/admin/or-refusal";
import { Button } from "@/components/button";
import { EmptyState } from "@/components/empty-state";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader, Section } from "@/components/page-header";
import { Skeleton } from "@/components/skeleton";
import { compute } from "@/lib/computations/compute";
import { getDataset } from "@/lib/datasets/get-dataset";
import { readEntries } from "@/lib/diffusion/settings/setting";
import { trainingOptions } from "@/lib/diffusion/training/training-options";
import { SemblanceError } from "@/lib/errors";
import { type VersionsInput, versionsInput } from "@/lib/fine-tunes/preparation-fields";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { ImageChoice } from "./image-choice";
import { ShownImages } from "./shown-images";

export const metadata: Metadata = { title: "Augmented images" };

export default async function AugmentationsPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const member = await requireRole(...staff);
  const params = await searchParams;
  const input = readInput(params);
  const dataset = input && (await getDataset(input.datasetId).catch(orNotFound));
  return (
    <>
      <PageHeader
        back={{ href: "/admin/fine-tunes/new", label: "Start a fine-tune" }}
        title="Augmented images"
        text={
          dataset
            ? `Images of “${dataset.name}” as training would see them, drawn by its own code.`
            : "Images as training would see them."
        }
      />
      {input && dataset ? (
        <>
          <Suspense key={JSON.stringify(input)} fallback={<Skeleton>Augmenting</Skeleton>}>
            <Versions input={input} language={dataset.captionLanguage} owner={member.id} />
          </Suspense>
          <Suspense fallback={<Skeleton>Reading</Skeleton>}>
            <Section title="Other images" text="Choose up to six.">
              <ImageChoice params={params} datasetId={input.datasetId} chosen={input.imageIds}>
                <Button type="submit">Show</Button>
              </ImageChoice>
            </Section>
          </Suspense>
        </>
      ) : (
        <EmptyState
          title="No augmentation is chosen"
          text="Choose some in the form of a fine-tune, below Advanced settings, and come back from there."
        />
      )}
    </>
  );
}

async function Versions({
  input,
  language,
  owner,
}: {
  input: VersionsInput;
  language: string;
  owner: string;
}) {
  const shown = await compute("augmented-versions", input, { owner }).catch(orRefusal);
  if ("refusal" in shown) return <p className="text-sm">{shown.refusal.message}</p>;
  return <ShownImages images={shown} language={language} />;
}

/** The settings in the address; null where they choose no augmentation, or cannot be read. */
function readInput(params: SearchParams): VersionsInput | null {
  const numberOf = (name: string) => (parameter(params, name) ? Number(parameter(params, name)) : undefined);
  try {
    const parsed = versionsInput.safeParse({
      datasetId: parameter(params, "dataset"),
      settings: {
        augmentations: readEntries(
          trainingOptions.augmentations.type,
          parameter(params, "augmentations") ?? "",
        ),
        captionWords: parameter(params, "words"),
        degradedMark: parameter(params, "mark"),
        cropAreaMin: numberOf("crop"),
        flip: parameter(params, "flip") === "yes",
        seed: numberOf("seed"),
      },
      sizePx: numberOf("side") ?? 64,
      imageIds: [params.image ?? []].flat(),
    });
    return parsed.success && Object.keys(parsed.data.settings.augmentations).length > 0 ? parsed.data : null;
  } catch (error) {
    if (error instanceof SemblanceError) return null;
    throw error;
  }
}
