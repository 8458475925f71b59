/** Previews over the steps of a run: all captions at one step, chosen by a slider, or every step side by side. */
"use client";

import { useState } from "react";
import { classNames } from "@/components/class-names";

import { formatCount } from "@/components/numbers";
import { RunPreview } from "@/components/runs/run-preview";
import { StepSlider } from "@/components/runs/step-slider";
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
      <StepSlider
        stepCount={steps.length}
        place={place}
        valueText={`Step ${formatCount(step)}`}
        onChange={(value) => setChosen(value === steps.length - 1 ? null : value)}
      >
        <span className="numeric min-w-36">
          Step {formatCount(step)}{" "}
          <span className="text-muted">
            ({Math.min(place, steps.length - 1) + 1} of {steps.length})
          </span>
        </span>
      </StepSlider>
      <ul className="grid grid-cols-2 gap-4 sm:grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))]">
        {captions.map((caption) => {
          const preview = previews.find((one) => one.step === step && one.caption === caption);
          return (
            <li key={caption} className="min-w-0">
              <div className="aspect-square w-full rounded-sm bg-sunken">
                {preview ? (
                  <RunPreview preview={preview} language={language} isBase={part === "BASE"} />
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
