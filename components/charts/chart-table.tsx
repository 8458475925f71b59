/** The lines of a chart as a table, for those who do not see it or want the numbers. */
"use client";

import { useState } from "react";
import { formatCount, formatMeasure } from "../numbers";
import { type ChartLine, pointsWithin, type StepRange } from "./chart-line";

const mostRows = 200;

export function ChartTable({
  title,
  axis,
  lines,
  shown,
}: {
  title: string;
  axis: string;
  lines: readonly ChartLine[];
  shown: StepRange;
}) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="mt-1 text-sm" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="w-fit rounded-sm text-[0.8125rem] text-muted">As a table</summary>
      {isOpen ? <Rows title={title} axis={axis} lines={lines} shown={shown} /> : null}
    </details>
  );
}

function Rows({ title, axis, lines, shown }: Parameters<typeof ChartTable>[0]) {
  const columns = lines.flatMap(({ key, label, points, smooth }) => {
    const header = lines.length === 1 ? axis : label;
    const measured = { key, header, values: toValues(points, shown) };
    return smooth === null
      ? [measured]
      : [
          measured,
          { key: `${key} mean`, header: `${header}, running mean`, values: toValues(smooth, shown) },
        ];
  });
  const steps = [...new Set(columns.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
  const stride = Math.ceil(steps.length / mostRows);
  return (
    <section
      className="mt-2 max-h-64 overflow-auto rounded-md border"
      aria-label={`${title} by step`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      <table className="numeric w-full text-[0.8125rem]">
        <thead className="text-muted">
          <tr className="border-b">
            {["Step", ...columns.map(({ header }) => header)].map((header) => (
              <th key={header} scope="col" className="px-3 py-1.5 text-end font-medium">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps
            .filter((_, index) => (steps.length - 1 - index) % stride === 0)
            .map((step) => (
              <tr key={step} className="border-b last:border-b-0">
                <th scope="row" className="px-3 py-1 text-end font-normal">
                  {formatCount(step)}
                </th>
                {columns.map(({ key, values }) => (
                  <td key={key} className="px-3 py-1 text-end">
                    {values.has(step) ? formatMeasure(values.get(step)!) : "—"}
                  </td>
                ))}
              </tr>
            ))}
        </tbody>
      </table>
    </section>
  );
}

function toValues(points: ChartLine["points"], shown: StepRange): Map<number, number> {
  return new Map(
    pointsWithin(points, shown)
      .filter(([step]) => step >= shown[0] && step <= shown[1])
      .map(([step, value]) => [step, value]),
  );
}
