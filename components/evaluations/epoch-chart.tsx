/** One metric across the epochs of a run, with 95% intervals, and the same as a table next to it. */
"use client";

import {
  CartesianGrid,
  ErrorBar,
  Line,
  LineChart,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { formatCount, formatMeasure } from "../numbers";
import { Link } from "../page-link";

export type ChartPoint = {
  epoch: number;
  evaluationId: string;
  value: number;
  low: number | null;
  high: number | null;
  generatedCount: number;
};

export function EpochChart({ label, points }: { label: string; points: ChartPoint[] }) {
  const data = points.map((point) => ({
    ...point,
    // What the error bar reaches below and above the value.
    reach: [point.value - (point.low ?? point.value), (point.high ?? point.value) - point.value],
  }));
  const [first, last] = [data[0]!, data.at(-1)!];
  const summary = `${label} by epoch: ${formatMeasure(first.value, 3)} after epoch ${formatEpoch(first.epoch)}, ${formatMeasure(last.value, 3)} after epoch ${formatEpoch(last.epoch)}.`;
  return (
    <div className="grid grid-cols-1 gap-4">
      <div role="img" aria-label={summary} className="h-56">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 480, height: 224 }}>
          <LineChart
            data={data}
            accessibilityLayer={false}
            margin={{ top: 10, right: 18, bottom: 4, left: 0 }}
          >
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="epoch"
              type="number"
              domain={[0, "dataMax"]}
              ticks={[0, ...data.map(({ epoch }) => epoch)]}
              tick={{ fill: "var(--muted)", fontSize: 12 }}
              stroke="var(--line)"
              tickFormatter={formatEpoch}
              padding={{ right: 12 }}
            />
            <YAxis
              domain={["auto", "auto"]}
              tick={{ fill: "var(--muted)", fontSize: 12 }}
              stroke="var(--line)"
              tickFormatter={(value: number) => String(Number(value.toPrecision(3))).replace(/^-/, "−")}
              width={56}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--field)" }}
              content={({ active, payload }) => {
                const point = payload?.[0]?.payload as ChartPoint | undefined;
                if (!active || !point) return null;
                return (
                  <div className="numeric rounded-md border bg-surface px-3 py-2 text-[0.8125rem] shadow-raised">
                    <p className="text-muted">Epoch {formatEpoch(point.epoch)}</p>
                    <p>
                      {label} {formatMeasure(point.value)}
                    </p>
                    <p>{toInterval(point)}</p>
                  </div>
                );
              }}
            />
            <Line
              dataKey="value"
              stroke="var(--series-1)"
              strokeWidth={2}
              dot={{ r: 4, fill: "var(--series-1)", stroke: "var(--surface)" }}
              isAnimationActive={false}
            >
              <ErrorBar
                dataKey="reach"
                direction="y"
                width={5}
                stroke="var(--series-1)"
                strokeWidth={1.5}
                isAnimationActive={false}
              />
            </Line>
          </LineChart>
        </ResponsiveContainer>
      </div>
      <table className="numeric w-full text-[0.8125rem]">
        <caption className="sr-only">{label} by epoch</caption>
        <thead className="text-muted">
          <tr className="border-b">
            {["Epoch", "Score", "95% interval", "Images"].map((header) => (
              <th key={header} scope="col" className="px-2 py-1.5 text-end font-medium">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.map((point) => (
            <tr key={point.evaluationId} className="border-b last:border-b-0">
              <th scope="row" className="px-2 py-1.5 text-end font-normal">
                <Link href={`/admin/evaluations/${point.evaluationId}`} className="prose-link">
                  {formatEpoch(point.epoch)}
                </Link>
              </th>
              <td className="px-2 py-1.5 text-end">{formatMeasure(point.value)}</td>
              <td className="px-2 py-1.5 text-end">{toInterval(point)}</td>
              <td className="px-2 py-1.5 text-end">{formatCount(point.generatedCount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** 20, 1.33: steps need not end with an epoch. */
function formatEpoch(epoch: number): string {
  return String(Number(epoch.toFixed(2)));
}

function toInterval({ low, high }: ChartPoint): string {
  return low === null || high === null ? "—" : `${formatMeasure(low, 3)} to ${formatMeasure(high, 3)}`;
}
