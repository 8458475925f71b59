/** Two scores of several settings against each other, with both 95% intervals; settings of one kind are joined. */
"use client";

import { useRef } from "react";
import { useWidth } from "../charts/use-width";
import { formatMeasure } from "../numbers";

export type TradeOffPoint = {
  /** In full, for the legend and screen readers. */
  name: string;
  /** Written next to the point. */
  label: string;
  /** Points of one kind share a colour and are joined in the order given. */
  kind: string;
  x: Estimate;
  y: Estimate;
};

type Estimate = { value: number; low: number | null; high: number | null };

type TradeOffAxis = { label: string; better: "lower" | "higher" };

const height = 320;
/** Two marks on an axis are at least so far apart. */
const leastPxBetweenTicks = 70;
const margin = { left: 62, right: 26, top: 18, bottom: 48 };
const colours = [
  "var(--series-5)",
  "var(--series-1)",
  "var(--series-2)",
  "var(--series-3)",
  "var(--series-4)",
];

export function TradeOffChart({
  x,
  y,
  points,
}: {
  x: TradeOffAxis;
  y: TradeOffAxis;
  points: TradeOffPoint[];
}) {
  const box = useRef<HTMLElement>(null);
  const width = useWidth(box, 560);
  if (points.length < 2) return null;
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const colourOf = (kind: string) => colours[kinds.indexOf(kind) % colours.length]!;
  const [acrossScale, upScale] = [
    axisOf(
      points.map((point) => point.x),
      Math.max(2, (width - margin.left - margin.right) / leastPxBetweenTicks),
    ),
    axisOf(
      points.map((point) => point.y),
      5,
    ),
  ];
  const across = (value: number) =>
    margin.left + share(value, acrossScale) * (width - margin.left - margin.right);
  const up = (value: number) =>
    height - margin.bottom - share(value, upScale) * (height - margin.top - margin.bottom);
  const summary = points
    .map(({ name, x, y }) => `${name}: ${formatMeasure(x.value, 3)}, ${formatMeasure(y.value, 3)}`)
    .join("; ");
  return (
    <figure ref={box} className="min-w-0 rounded-lg border bg-surface p-4">
      <svg
        width="100%"
        height={height}
        role="img"
        aria-label={`${y.label} against ${x.label}. ${summary}.`}
        className="numeric block overflow-visible text-muted"
        fontSize="12"
      >
        {acrossScale.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={across(tick)}
              x2={across(tick)}
              y1={margin.top}
              y2={height - margin.bottom}
              stroke="var(--line)"
            />
            <text x={across(tick)} y={height - margin.bottom + 16} textAnchor="middle" fill="currentColor">
              {tickText(tick)}
            </text>
          </g>
        ))}
        {upScale.ticks.map((tick) => (
          <g key={tick}>
            <line
              x1={margin.left}
              x2={width - margin.right}
              y1={up(tick)}
              y2={up(tick)}
              stroke="var(--line)"
            />
            <text x={margin.left - 8} y={up(tick) + 4} textAnchor="end" fill="currentColor">
              {tickText(tick)}
            </text>
          </g>
        ))}
        <text
          x={(margin.left + width - margin.right) / 2}
          y={height - 8}
          textAnchor="middle"
          fill="currentColor"
        >
          {axisTitle(x, "→", "←")}
        </text>
        <text
          transform={`translate(14 ${(margin.top + height - margin.bottom) / 2}) rotate(-90)`}
          textAnchor="middle"
          fill="currentColor"
        >
          {axisTitle(y, "→", "←")}
        </text>
        {kinds.map((kind) => {
          const own = points.filter((point) => point.kind === kind);
          const path = own.map((point) => `${across(point.x.value)},${up(point.y.value)}`).join(" ");
          return (
            <g key={kind} stroke={colourOf(kind)} fill="none">
              {/* Combinations have two scales and no order of their own. */}
              {own.every(({ label }) => Number.isFinite(Number(label))) ? (
                <polyline points={path} strokeWidth="1.5" strokeDasharray="4 3" />
              ) : null}
              {own.map((point) => (
                <g key={point.name} strokeWidth="1.25">
                  <Whisker
                    estimate={point.x}
                    toLine={(low, high) => ({
                      x1: across(low),
                      x2: across(high),
                      y1: up(point.y.value),
                      y2: up(point.y.value),
                    })}
                  />
                  <Whisker
                    estimate={point.y}
                    toLine={(low, high) => ({
                      x1: across(point.x.value),
                      x2: across(point.x.value),
                      y1: up(low),
                      y2: up(high),
                    })}
                  />
                </g>
              ))}
            </g>
          );
        })}
        {points.map((point) => (
          <g key={point.name}>
            <circle
              cx={across(point.x.value)}
              cy={up(point.y.value)}
              r="5"
              fill={colourOf(point.kind)}
              stroke="var(--surface)"
              strokeWidth="1.5"
            />
            <text
              x={across(point.x.value) + 8}
              y={up(point.y.value) - 8}
              fill="var(--ink)"
              stroke="var(--surface)"
              strokeWidth="3"
              paintOrder="stroke"
            >
              {point.label}
            </text>
          </g>
        ))}
      </svg>
      <figcaption className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-[0.8125rem] text-muted">
        {kinds.map((kind) => (
          <span key={kind} className="inline-flex items-center gap-1.5">
            <span
              className="size-2.5 rounded-full"
              style={{ background: colourOf(kind) }}
              aria-hidden="true"
            />
            {kind}
          </span>
        ))}
        <span>Bars are 95% intervals.</span>
      </figcaption>
    </figure>
  );
}

function Whisker({
  estimate: { low, high },
  toLine,
}: {
  estimate: Estimate;
  toLine: (low: number, high: number) => { x1: number; x2: number; y1: number; y2: number };
}) {
  return low === null || high === null ? null : <line {...toLine(low, high)} opacity="0.7" />;
}

function axisTitle({ label, better }: TradeOffAxis, rising: string, falling: string): string {
  return better === "higher" ? `${label}, better ${rising}` : `${falling} better, ${label}`;
}

type Scale = { from: number; to: number; ticks: number[] };

/** Holds all intervals with a little air, and at most about `wanted` round ticks. */
function axisOf(estimates: readonly Estimate[], wanted: number): Scale {
  const low = Math.min(...estimates.map((each) => each.low ?? each.value));
  const high = Math.max(...estimates.map((each) => each.high ?? each.value));
  const span = high - low || Math.abs(high) || 1;
  const [from, to] = [low - span * 0.08, high + span * 0.1];
  const rough = (to - from) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? rough;
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step); at * step <= to; at++) ticks.push(at * step);
  return { from, to, ticks };
}

function share(value: number, { from, to }: Scale): number {
  return (value - from) / (to - from);
}

function tickText(tick: number): string {
  return String(Number(tick.toPrecision(6))).replace(/^-/, "−");
}
