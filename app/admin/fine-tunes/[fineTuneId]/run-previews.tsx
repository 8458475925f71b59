/** Previews over the steps of a run: all captions at one step, chosen by a slider, or every step side by side. */
"use client";

import { useState } from "react";
import { classNames } from "@/components/class-names";
import { ImageDialog } from "@/components/image-dialog";
import { formatCount } from "@/components/numbers";
import { type PreviewProps, PreviewTable } from "./preview-table";

export function RunPreviews(props: PreviewProps) {
  const [isTable, setTable] = useState(false);
  return (
    <div className="grid grid-cols-1 gap-3">
      <fieldset className="inline-flex w-fit rounded-md border p-0.5 text-[0.8125rem]">
        <legend className="sr-only">How previews are shown</legend>
        {([false, true] as const).map((choice) => (
          <button
            key={String(choice)}
            type="button"
            aria-pressed={isTable === choice}
            onClick={() => setTable(choice)}
            className={classNames(
              "min-h-7 rounded-sm px-2.5",
              isTable === choice ? "bg-sunken text-ink" : "text-muted hover:text-ink",
            )}
          >
            {choice ? "All steps" : "One step"}
          </button>
        ))}
      </fieldset>
      {isTable ? <PreviewTable {...props} /> : <PreviewsAtStep {...props} />}
    </div>
  );
}

function PreviewsAtStep({ previews, part, language }: PreviewProps) {
  const steps = [...new Set(previews.map(({ step }) => step))].sort((a, b) => a - b);
  const captions = [...new Set(previews.map(({ caption }) => caption))];
  /** Null follows the newest. */
  const [chosen, setChosen] = useState<number | null>(null);
  const place = chosen ?? steps.length - 1;
  const step = steps[Math.min(place, steps.length - 1)]!;
  return (
    <div className="rounded-lg border bg-surface p-4 sm:p-5">
      <label className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-1 text-sm">
        <span className="numeric min-w-36">
          Step {formatCount(step)}{" "}
          <span className="text-muted">
            ({Math.min(place, steps.length - 1) + 1} of {steps.length})
          </span>
        </span>
        <input
          type="range"
          min="0"
          max={steps.length - 1}
          value={place}
          disabled={steps.length === 1}
          aria-label="Step of the previews"
          aria-valuetext={`Step ${formatCount(step)}`}
          onChange={(event) => {
            const value = Number(event.target.value);
            setChosen(value === steps.length - 1 ? null : value);
          }}
          className="min-w-40 flex-1 accent-(--accent)"
        />
      </label>
      <ul className="grid grid-cols-2 gap-4 sm:grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]">
        {captions.map((caption) => {
          const preview = previews.find((one) => one.step === step && one.caption === caption);
          return (
            <li key={caption} className="min-w-0">
              <div className="aspect-square w-full rounded-sm bg-sunken">
                {preview ? (
                  <ImageDialog
                    sha256={preview.sha256}
                    caption={caption}
                    language={language}
                    facts={`Step ${formatCount(step)}, seed ${preview.seed}`}
                    fileName={`step-${step}-seed-${preview.seed}.png`}
                    pixelated={part === "BASE"}
                  />
                ) : null}
              </div>
              <p lang={language} className="caption-text mt-1.5 text-[0.875rem] [overflow-wrap:anywhere]">
                {caption}
              </p>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
