/** Previews as a table: a row per caption, a column per step, the newest at the right. */
"use client";

import { useEffect, useRef } from "react";

import { formatCount } from "@/components/numbers";
import { RunPreview } from "@/components/runs/run-preview";
import type { PreviewImage } from "@/lib/fine-tunes/get-fine-tune";
import type { ModelPart } from "@/lib/generated/prisma/enums";

export type PreviewProps = {
  previews: readonly PreviewImage[];
  part: ModelPart;
  /** Of the captions (BCP 47). */
  language: string;
};

export function PreviewTable({ previews, part, language }: PreviewProps) {
  const steps = [...new Set(previews.map((preview) => preview.step))].sort((a, b) => a - b);
  const captions = [...new Set(previews.map((preview) => preview.caption))];
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollLeft = box.current.scrollWidth;
  }, [steps.length]);
  return (
    <section
      ref={box}
      aria-label="Previews"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      className="scroll-hint overflow-x-auto rounded-lg border bg-surface"
    >
      <table className="border-separate border-spacing-x-2 border-spacing-y-3 px-2 text-sm">
        <caption className="sr-only">Previews by caption and step</caption>
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky start-0 z-10 bg-surface px-2 text-start text-[0.8125rem] font-medium text-muted"
            >
              Caption
            </th>
            {steps.map((step) => (
              <th
                key={step}
                scope="col"
                className="numeric px-1 text-start text-[0.8125rem] font-medium text-muted"
              >
                Step {formatCount(step)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {captions.map((caption) => (
            <tr key={caption}>
              <th
                scope="row"
                lang={language}
                className="caption-text sticky start-0 z-10 w-28 min-w-28 bg-surface px-2 text-start align-top text-[0.875rem] font-normal sm:w-48 sm:min-w-48"
              >
                {caption}
              </th>
              {steps.map((step) => {
                const preview = previews.find((one) => one.step === step && one.caption === caption);
                return (
                  <td key={step} className="align-top">
                    <div className="size-28 sm:size-32">
                      {preview ? (
                        <RunPreview preview={preview} language={language} isBase={part === "BASE"} />
                      ) : null}
                    </div>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
