/**
 * Lines over the steps of runs: axes with units, linear or logarithmic, zoom by dragging, buttons or keys, values under the
 * pointer, and the same as a table. Decision 54 says why it is drawn here.
 */
"use client";

import { Maximize2, ZoomIn, ZoomOut } from "lucide-react";
import { useMemo, useState } from "react";
import { formatCount, formatMeasure } from "../numbers";
import { type ChartLine, lineStyle, type StepRange } from "./chart-line";
import { ChartTable } from "./chart-table";
import { Plot } from "./plot";
import { ScaleChoice } from "./scale-choice";
import { zoomed } from "./zoom";

const none: readonly number[] = [];

export function LineChart({
  title,
  axis,
  lines,
  lastStep,
  range,
  onRange,
  startsLogarithmic,
  hasLogarithmicSteps = false,
  shows = none,
}: {
  title: string;
  /** What the vertical axis says, with its unit. */
  axis: string;
  lines: readonly ChartLine[];
  /** Where the horizontal axis ends unless it is zoomed. */
  lastStep: number;
  /** The steps that are shown; null: all. */
  range: StepRange | null;
  onRange: (range: StepRange | null) => void;
  startsLogarithmic: boolean;
  hasLogarithmicSteps?: boolean;
  /** Values that a linear axis shows besides those of the lines. */
  shows?: readonly number[] | undefined;
}) {
  const [isLogarithmic, setLogarithmic] = useState(startsLogarithmic);
  const whole = useMemo<StepRange>(() => [0, Math.max(1, lastStep)], [lastStep]);
  const shown = range ?? whole;
  const middle = (shown[0] + shown[1]) / 2;
  const button =
    "inline-flex size-8 items-center justify-center rounded-md text-muted hover:text-ink disabled:opacity-40";
  return (
    <figure aria-label={title}>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <h3 className="font-semibold">{title}</h3>
        <div className="flex flex-wrap items-center gap-1">
          <ScaleChoice
            label={`Scale of ${title.toLowerCase()}`}
            isLogarithmic={isLogarithmic}
            onChoice={setLogarithmic}
          />
          <button
            type="button"
            className={button}
            aria-label={`Zoom in: ${title}`}
            onClick={() => onRange(zoomed(shown, 0.5, middle, whole))}
          >
            <ZoomIn className="size-4" aria-hidden="true" />
          </button>
          <button
            type="button"
            className={button}
            aria-label={`Zoom out: ${title}`}
            disabled={range === null}
            onClick={() => onRange(zoomed(shown, 2, middle, whole))}
          >
            <ZoomOut className="size-4" aria-hidden="true" />
          </button>
          <button
            type="button"
            className={button}
            aria-label={`Show all steps: ${title}`}
            disabled={range === null}
            onClick={() => onRange(null)}
          >
            <Maximize2 className="size-4" aria-hidden="true" />
          </button>
        </div>
      </div>
      <Legend lines={lines} />
      <Plot
        label={summarise(title, lines)}
        axis={axis}
        lines={lines}
        whole={whole}
        shown={shown}
        onRange={onRange}
        isLogarithmic={isLogarithmic}
        hasLogarithmicSteps={hasLogarithmicSteps}
        shows={shows}
      />
      <ChartTable title={title} axis={axis} lines={lines} shown={shown} />
    </figure>
  );
}

/** One line without a mean needs no key: the title says what it is. */
function Legend({ lines }: { lines: readonly ChartLine[] }) {
  const isSmoothed = lines.some(({ smooth }) => smooth !== null);
  if (lines.length === 1 && !isSmoothed) return null;
  return (
    <ul className="mb-1 flex flex-wrap gap-x-5 gap-y-1 text-[0.8125rem] text-muted">
      {lines.map(({ key, label, place }) => (
        <li key={key} className="inline-flex items-center gap-2 [overflow-wrap:anywhere]">
          <svg width="20" height="4" aria-hidden="true" className="shrink-0">
            <line x1="0" x2="20" y1="2" y2="2" strokeWidth="2.5" {...lineStyle(place)} />
          </svg>
          {label}
        </li>
      ))}
      {isSmoothed ? <li className="text-faint">faint: measured, strong: running mean</li> : null}
    </ul>
  );
}

function summarise(title: string, lines: readonly ChartLine[]): string {
  const parts = lines.flatMap(({ label, points, smooth }) => {
    const [first, last] = [(smooth ?? points)[0], (smooth ?? points).at(-1)];
    if (!first || !last) return [];
    const values = `${formatMeasure(first[1], 3)} at step ${formatCount(first[0])}, ${formatMeasure(last[1], 3)} at step ${formatCount(last[0])}`;
    return [lines.length === 1 ? values : `${label}: ${values}`];
  });
  return `${title}. ${parts.length === 0 ? "No values yet" : parts.join("; ")}.`;
}
