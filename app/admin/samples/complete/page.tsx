/**
 * Completes an image of which a part is erased: `image` in the address is one to begin with, `drawing` one that was
 * asked for.
 */
import type { Metadata } from "next";
import { FirstStep } from "@/components/first-step";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { getCaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { listOfferedAdapters } from "@/lib/adapters/offered-adapters";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { orNotFound } from "../../or-not-found";
import { DrawingSection } from "../drawing-section";
import { CompleteForm } from "./complete-form";

export const metadata: Metadata = { title: "Complete an image" };

export default async function CompletePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const params = await searchParams;
  const [id, image] = [parameter(params, "drawing"), parameter(params, "image")];
  const [{ bases, upsamplers }, adapters, drawing, workers] = await Promise.all([
    listSamplingModels({ onlyInpainting: true }),
    listOfferedAdapters(),
    id && /^[0-9a-f-]{36}$/.test(id) ? getCaptionDrawing(id).catch(orNotFound) : null,
    listWorkers(),
  ]);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/samples", label: "Samples" }}
        title="Complete an image"
        text="Paint over a part of a photograph or sample. An inpainting model redraws it to fit your caption."
      />
      {bases.length === 0 ? (
        <FirstStep
          of="model"
          text="Register GLIDE’s inpainting model, or fine-tune a base with “Train to complete images”."
        />
      ) : (
        <CompleteForm
          bases={bases}
          upsamplers={upsamplers}
          adapters={adapters}
          imageSha256={image && /^[0-9a-f]{64}$/.test(image) ? image : null}
        />
      )}
      {drawing ? (
        <div className="mt-10">
          <DrawingSection drawing={drawing} isAlone={workers.length === 0} />
        </div>
      ) : null}
    </>
  );
}
