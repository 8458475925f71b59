/** Draws one's own caption (`drawing` in the address: one that was asked for), and shows the image as it emerges. */
import type { Metadata } from "next";
import { FirstStep } from "@/components/first-step";
import { parameter, type SearchParams } from "@/components/list-query";
import { PageHeader } from "@/components/page-header";
import { getCaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { drawnSidePx, enlargedSidePx } from "@/lib/checkpoints/matching-upsamplers";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { orNotFound } from "../../or-not-found";
import { DrawingSection } from "../drawing-section";
import { CaptionForm } from "./caption-form";

export const metadata: Metadata = { title: "Draw your own caption" };

/** As many as a list to choose from may have. */
const mostChoices = 500;

export default async function TryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await requireRole(...staff);
  const id = parameter(await searchParams, "drawing");
  const [{ checkpoints }, drawing, workers] = await Promise.all([
    listCheckpoints({ pageSize: mostChoices }),
    id && /^[0-9a-f-]{36}$/.test(id) ? getCaptionDrawing(id).catch(orNotFound) : null,
    listWorkers(),
  ]);
  const bases = checkpoints
    .filter(({ part }) => part === "BASE")
    .map((base) => ({ id: base.id, name: base.name, sidePx: drawnSidePx(base) }));
  const upsamplers = checkpoints
    .filter(({ part }) => part === "UPSAMPLER")
    .map((upsampler) => ({ id: upsampler.id, name: upsampler.name, sidePx: enlargedSidePx(upsampler) }));
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
            initial={{
              caption: drawing?.caption ?? "",
              baseCheckpointId: drawing?.baseCheckpointId ?? "",
              upsamplerCheckpointId: drawing?.upsamplerCheckpointId,
              seed: drawing ? drawing.seed + 1 : 0,
            }}
          />
          {drawing ? <DrawingSection drawing={drawing} isAlone={workers.length === 0} /> : null}
        </>
      )}
    </>
  );
}
