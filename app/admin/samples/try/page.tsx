/** Draws one's own caption (`drawing` in the address: one that was asked for), and shows the image as it emerges. */
import type { Metadata } from "next";
import { FirstStep } from "@/components/first-step";
import { Image } from "@/components/image";
import { parameter, type SearchParams } from "@/components/list-query";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { PageHeader, Section } from "@/components/page-header";
import { ProgressBar } from "@/components/progress-bar";
import { SemblanceCommand } from "@/components/semblance-command";
import { type CaptionDrawing, getCaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { listCheckpoints } from "@/lib/checkpoints/list-checkpoints";
import { drawnSidePx, enlargedSidePx } from "@/lib/checkpoints/matching-upsamplers";
import { requireRole } from "@/lib/platform/accounts/require-role";
import { staff } from "@/lib/platform/accounts/roles";
import { listWorkers } from "@/lib/platform/jobs/list-workers";
import { orNotFound } from "../../or-not-found";
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

function DrawingSection({ drawing, isAlone }: { drawing: CaptionDrawing; isAlone: boolean }) {
  const { caption, seed, state, progress, note, error, imageSha256, untaughtWords } = drawing;
  const isMoving = state === "QUEUED" || state === "RUNNING";
  return (
    <Section title={caption} text={`Seed ${seed}. The image file says how it was drawn.`}>
      <LiveRefresh active={isMoving} everyMs={1000} />
      <div className="grid max-w-md gap-4">
        {untaughtWords && untaughtWords.length > 0 ? (
          <Notice kind="warning" title={`Unknown words: ${untaughtWords.join(", ")}`}>
            This model has not seen {untaughtWords.length === 1 ? "this word" : "these words"} in any training
            caption, so the sample cannot reflect {untaughtWords.length === 1 ? "it" : "them"}.
          </Notice>
        ) : null}
        {error ? <Notice kind="error" title={error} /> : null}
        {state === "QUEUED" && isAlone ? (
          <Notice kind="warning" title="No worker is running.">
            <p>Drawing starts as soon as one is running. Start one with this command:</p>
            <SemblanceCommand command="npx semblance worker" />
          </Notice>
        ) : null}
        <Image
          sha256={imageSha256}
          alt={state === "SUCCEEDED" ? caption : "The sample so far"}
          sidePx="original"
          placeholder={isMoving ? "Nothing to see yet" : "No sample"}
        />
        {isMoving ? (
          <ProgressBar
            value={progress}
            label="Progress of the sample"
            text={note || (state === "QUEUED" ? "Waiting for a worker" : "Preparing")}
          />
        ) : null}
        {state === "SUCCEEDED" && imageSha256 ? (
          <a
            className="prose-link text-sm"
            href={`/api/blobs/${imageSha256}?download=caption-seed-${seed}.png`}
          >
            Download
          </a>
        ) : null}
      </div>
    </Section>
  );
}
