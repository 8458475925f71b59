/** One image that is drawn for somebody who looks on: as far as it has come, and what there is to know of it. */
import { completionAddress, Image } from "@/components/image";
import { LiveRefresh } from "@/components/live-refresh";
import { Notice } from "@/components/notice";
import { Section } from "@/components/page-header";
import { Link } from "@/components/page-link";
import { ProgressBar } from "@/components/progress-bar";
import { SemblanceCommand } from "@/components/semblance-command";
import type { CaptionDrawing } from "@/jobs/draw-caption/get-drawing";
import { adapterWords } from "@/lib/adapters/chosen-adapters";
import { guidanceWords } from "@/lib/diffusion/sampling/sample-settings";

export function DrawingSection({ drawing, isAlone }: { drawing: CaptionDrawing; isAlone: boolean }) {
  const { caption, seed, settings, adapters, state, progress, note, error, imageSha256, untaughtWords } =
    drawing;
  const isMoving = state === "QUEUED" || state === "RUNNING";
  return (
    <Section
      title={caption}
      text={`Seed ${seed}, ${guidanceWords(settings)}${adapters.length > 0 ? `, ${adapterWords(adapters)}` : ""}. The image file says how it was drawn.`}
    >
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
          <p className="flex gap-4 text-sm">
            <a className="prose-link" href={`/api/blobs/${imageSha256}?download=caption-seed-${seed}.png`}>
              Download
            </a>
            <Link className="prose-link" href={completionAddress(imageSha256)}>
              Erase a part and complete it
            </Link>
          </p>
        ) : null}
      </div>
    </Section>
  );
}
