/** Previews of several runs side by side: a row per caption, a column per run, at a step that a slider chooses. */
"use client";

import { useState } from "react";

import { formatCount } from "@/components/numbers";
import { ScrollRegion } from "@/components/scroll-region";
import type { PreviewImage } from "@/lib/fine-tunes/get-fine-tune";
import { RunPreview } from "./run-preview";
import { StepSlider } from "./step-slider";

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
      <StepSlider
        stepCount={steps.length}
        place={place}
        valueText={`Up to step ${formatCount(step)}`}
        onChange={setPlace}
      >
        <span className="numeric min-w-28">Up to step {formatCount(step)}</span>
      </StepSlider>
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
                            <RunPreview preview={shown} language={language} isBase={isBase} />
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
