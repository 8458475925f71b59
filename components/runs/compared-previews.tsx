/** Previews of several runs side by side: a row per caption, a column per run, at a step that a slider chooses. */
"use client";

import { useState } from "react";
import { ImageDialog } from "@/components/image-dialog";
import { formatCount } from "@/components/numbers";
import { ScrollRegion } from "@/components/scroll-region";
import type { PreviewImage } from "@/lib/fine-tunes/get-fine-tune";

export type PreviewedRun = {
  readonly id: string;
  readonly name: string;
  /** Of the captions (BCP 47). */
  readonly language: string;
  readonly isBase: boolean;
  /** Ascending by step. */
  readonly previews: readonly PreviewImage[];
};

export function ComparedPreviews({ runs }: { runs: readonly PreviewedRun[] }) {
  const steps = [...new Set(runs.flatMap(({ previews }) => previews.map(({ step }) => step)))].sort(
    (a, b) => a - b,
  );
  const captions = [...new Set(runs.flatMap(({ previews }) => previews.map(({ caption }) => caption)))];
  const [place, setPlace] = useState(steps.length - 1);
  const step = steps[place]!;
  return (
    <div>
      <label className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="numeric min-w-28">Up to step {formatCount(step)}</span>
        <input
          type="range"
          min="0"
          max={steps.length - 1}
          value={place}
          disabled={steps.length === 1}
          aria-label="Step of the previews"
          aria-valuetext={`Up to step ${formatCount(step)}`}
          onChange={(event) => setPlace(Number(event.target.value))}
          className="min-w-40 flex-1 accent-(--accent)"
        />
      </label>
      <ScrollRegion label="Previews by caption and run">
        <table className="text-sm">
          <caption className="sr-only">Previews by caption and run</caption>
          <thead>
            <tr className="border-b">
              <th scope="col" className="px-4 py-2 text-start font-medium text-muted">
                Caption
              </th>
              {runs.map(({ id, name }) => (
                <th key={id} scope="col" className="min-w-36 px-3 py-2 text-start font-semibold">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {captions.map((caption) => (
              <tr key={caption} className="border-b last:border-b-0">
                <th
                  scope="row"
                  lang={runs[0]!.language}
                  className="caption-text min-w-28 max-w-48 px-4 py-3 text-start align-top font-normal"
                >
                  {caption}
                </th>
                {runs.map(({ id, language, isBase, previews }) => {
                  const shown = previews.findLast((one) => one.caption === caption && one.step <= step);
                  return (
                    <td key={id} className="px-3 py-3 align-top">
                      {shown ? (
                        <>
                          <div className="size-28 sm:size-36">
                            <ImageDialog
                              sha256={shown.sha256}
                              caption={caption}
                              language={language}
                              facts={`Step ${formatCount(shown.step)}, seed ${shown.seed}`}
                              fileName={`step-${shown.step}-seed-${shown.seed}.png`}
                              pixelated={isBase}
                            />
                          </div>
                          <p className="numeric mt-1 text-[0.8125rem] text-muted">
                            Step {formatCount(shown.step)}
                          </p>
                        </>
                      ) : (
                        <span className="text-muted">—</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}
