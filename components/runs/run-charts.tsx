/** The charts of one run, or of several over one another, with what they share: the steps shown and the smoothing. */
"use client";

import { useMemo, useState } from "react";
import type { ChartLine, StepRange } from "@/components/charts/chart-line";
import { LineChart } from "@/components/charts/line-chart";
import { runningMean } from "@/components/charts/running-mean";
import { ScaleChoice } from "@/components/charts/scale-choice";
import { plural } from "@/components/numbers";
import { Panel } from "@/components/panel";
import { type RunChart, runCharts, seriesOf } from "@/lib/fine-tunes/run-series";
import type { DrawnRun } from "./drawn-run";
import { useDetail } from "./use-detail";

/** Spans of the running mean, as parts of the longest run; 0: none. */
const spans = [0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2];
const usualSpan = 4;

export function RunCharts({ runs }: { runs: readonly DrawnRun[] }) {
  const [range, setRange] = useState<StepRange | null>(null);
  const [chosen, setChosen] = useState(usualSpan);
  const [hasLogarithmicSteps, setLogarithmicSteps] = useState(false);
  const lastStep = Math.max(1, ...runs.map((run) => run.lastStep));
  const span = Math.round(spans[chosen]! * lastStep);
  const drawn = useDetail(runs, range);
  const charts = useMemo(
    () =>
      runCharts
        .map((chart) => ({ chart, lines: linesOf(chart, drawn, span) }))
        .filter(({ lines }) => lines.length > 0),
    [drawn, span],
  );
  const said = span < 1 ? "none" : `over ${plural(span, "step", "steps")}`;
  return (
    <div>
      <div className="mb-3 flex flex-wrap items-center justify-between gap-x-8 gap-y-2">
        <label className="flex items-center gap-3 text-sm">
          Smoothing
          <input
            type="range"
            min="0"
            max={spans.length - 1}
            value={chosen}
            onChange={(event) => setChosen(Number(event.target.value))}
            aria-valuetext={said}
            className="w-36 accent-(--accent)"
          />
          <span className="numeric text-muted">{said}</span>
        </label>
        <div className="flex items-center gap-3 text-sm">
          <span aria-hidden="true">Steps</span>
          <ScaleChoice
            label="Scale of the steps"
            isLogarithmic={hasLogarithmicSteps}
            onChoice={setLogarithmicSteps}
          />
        </div>
        <p className="text-[0.8125rem] text-muted">Drag across a chart to zoom into all of them.</p>
      </div>
      <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
        {charts.map(({ chart, lines }) => (
          <Panel key={chart.key} className="min-w-0 p-4 sm:p-5">
            <LineChart
              title={chart.title}
              axis={chart.axis}
              lines={lines}
              lastStep={lastStep}
              range={range}
              onRange={setRange}
              startsLogarithmic={chart.isLogarithmic}
              hasLogarithmicSteps={hasLogarithmicSteps}
              shows={chart.shows}
            />
          </Panel>
        ))}
      </div>
    </div>
  );
}

function linesOf(chart: RunChart, runs: readonly DrawnRun[], span: number): ChartLine[] {
  return runs.flatMap((run, runPlace) =>
    chart.series.flatMap((key, seriesPlace) => {
      const points = run.curves[key];
      if (!points || points.length === 0) return [];
      const { label, scale = 1, isSmoothed = false, isOfOneRun = false } = seriesOf(key);
      const one = runs.length === 1;
      if (isOfOneRun && !one) return [];
      const scaled =
        scale === 1
          ? points
          : points.map(([step, ...values]) => [step, ...values.map((value) => value! * scale)] as const);
      return [
        {
          key: `${run.id} ${key}`,
          label: one ? label : chart.series.length === 1 ? run.name : `${run.name}, ${label.toLowerCase()}`,
          points: scaled as ChartLine["points"],
          smooth:
            isSmoothed && span >= 1
              ? runningMean(scaled as ChartLine["points"] & [number, number][], span)
              : null,
          place: one ? seriesPlace : runPlace + seriesPlace * 5,
        },
      ];
    }),
  );
}
