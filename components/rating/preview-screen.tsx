/** The rater's screen for those who plan a study: what raters will see, with nothing behind it. */
"use client";

import { type ReactNode, useState } from "react";
import type { PreviewItem } from "@/lib/rating/preview/preview-study";
import type { Ending } from "@/lib/studies/design/endings";
import type { DisplaySettings } from "./display-settings";
import { previewServer } from "./preview-server";
import { RatingScreen } from "./rating-screen";

type Props = {
  studyId: string;
  /** How images are brought to one size, as part of a sentence. */
  images: string;
  studyName: string;
  studyLanguage: string;
  captionLanguage: string;
  display: DisplaySettings;
  items: readonly PreviewItem[];
  completion: Ending | null;
  minimumMs: number;
};

export function PreviewScreen(props: Props) {
  const [round, setRound] = useState(0);
  return (
    <PreviewFrame
      studyId={props.studyId}
      images={props.images}
      again={
        <button type="button" className="min-h-11 underline" onClick={() => setRound(round + 1)}>
          Start again
        </button>
      }
    >
      <PreviewRound key={round} {...props} />
    </PreviewFrame>
  );
}

function PreviewRound({ studyId, images: _, items, completion, minimumMs, ...screen }: Props) {
  const [server] = useState(() => previewServer(studyId, items, completion, minimumMs));
  const [firstLease] = useState(() => server.lease());
  return <RatingScreen studyId={studyId} {...screen} firstLease={firstLease} server={server} />;
}

/** Says on every page of a preview that it is one. */
export function PreviewFrame({
  studyId,
  images,
  again,
  children,
}: {
  studyId: string;
  images: string;
  again?: ReactNode;
  children: ReactNode;
}) {
  return (
    // The line takes its room from the images, so that the answers stay on the screen.
    <div className="flex min-h-dvh flex-col">
      <aside
        aria-label="Preview"
        lang="en"
        className="flex flex-wrap items-center justify-center gap-x-4 border-b bg-warn-soft px-4 text-center text-sm text-warn"
      >
        <p className="py-1">
          <strong>Preview</strong>. Answers are discarded. Images: {images}.
        </p>
        {again}
        <a href={`/admin/studies/${studyId}`} className="inline-flex min-h-11 items-center underline">
          Back to the study
        </a>
      </aside>
      {children}
    </div>
  );
}
