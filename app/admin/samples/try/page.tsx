/** Draws one's own caption (`drawing` in the address: one that was asked for), and shows the image as it emerges. */
import type { Metadata } from "next";
import { FirstStep } from "@/components/first-step";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { getCaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { listOfferedAdapters } from "@/lib/adapters/offered-adapters";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { listSamplingModels } from "@/lib/samples/list-sampling-models";
import { orNotFound } from "../../or-not-found";
import { DrawingSection } from "../drawing-section";
import { CaptionForm } from "./caption-form";

export const metadata: Metadata = { title: "Draw your own caption" };

export default async function TryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const id = parameter(await searchParams, "drawing");
  const [{ bases, upsamplers }, adapters, drawing, workers] = await Promise.all([
    listSamplingModels(),
    listOfferedAdapters(),
    id && /^[0-9a-f-]{36}$/.test(id) ? getCaptionDrawing(id).catch(orNotFound) : null,
    listWorkers(),
  ]);
  return (
    <>
      <PageHeader
        back={{ href: "/admin/samples", label: "Samples" }}
        title="Draw your own caption"
        text="One sample, shown as it emerges. To compare models, draw samples for a dataset’s captions instead."
      />
      {bases.length === 0 ? (
        <FirstStep of="model" text="Register GLIDE weights, or train a small base model from scratch." />
      ) : (
        <>
          <CaptionForm
            key={id ?? ""}
            bases={bases}
            upsamplers={upsamplers}
            adapters={adapters}
            initial={{
              caption: drawing?.caption ?? "",
              baseCheckpointId: drawing?.baseCheckpointId ?? "",
              upsamplerCheckpointId: drawing?.upsamplerCheckpointId,
              adapters: (drawing?.adapters ?? []).map(({ id: adapterId, scale }) => ({ adapterId, scale })),
              settings: drawing?.settings ?? sampleSettings.parse({}),
              seed: drawing ? drawing.seed + 1 : 0,
            }}
          />
          {drawing ? (
            <div className="mt-10">
              <DrawingSection drawing={drawing} isAlone={workers.length === 0} />
            </div>
          ) : null}
        </>
      )}
    </>
  );
}
