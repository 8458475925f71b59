/** The drawing of a chart, and what pointer and keys do in it. */
"use client";

import { type KeyboardEvent, type PointerEvent, useCallback, useId, useMemo, useRef, useState } from "react";
import { formatCount, formatMeasure } from "../numbers";
import {
  exactLogarithmicScale,
  exactScale,
  fromShare,
  linearScale,
  logarithmicScale,
  toShare,
} from "./axis-scale";
import {
  type ChartLine,
  type ChartPoint,
  lineStyle,
  nearestPoint,
  pointsWithin,
  type StepRange,
} from "./chart-line";
import { Readout } from "./readout";
import { useWidth } from "./use-width";
import { within, zoomed } from "./zoom";

const heightPx = 232;
const margin = { top: 10, right: 12, bottom: 38, left: 62 };
/** A shorter drag is a click. */
const shortestDragPx = 8;
const toPath = (places: readonly (readonly [number, number])[]) =>
  places.map(([x, y], index) => `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

export function Plot({
  label,
  axis,
  lines,
  whole,
  shown,
  onRange,
  isLogarithmic,
  hasLogarithmicSteps,
  shows,
}: {
  label: string;
  axis: string;
  lines: readonly ChartLine[];
  whole: StepRange;
  shown: StepRange;
  onRange: (range: StepRange | null) => void;
  isLogarithmic: boolean;
  /** A logarithmic horizontal axis begins at step 1. */
  hasLogarithmicSteps: boolean;
  /** Values that a linear axis shows besides those of the lines. */
  shows: readonly number[];
}) {
  const box = useRef<HTMLDivElement>(null);
  const clip = useId();
  const widthPx = useWidth(box, 560);
  const [cursor, setCursor] = useState<number | null>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const plotWidth = Math.max(60, widthPx - margin.left - margin.right);
  const plotHeight = heightPx - margin.top - margin.bottom;

  const hasStep = useCallback(
    ([step]: ChartPoint) => !hasLogarithmicSteps || step > 0,
    [hasLogarithmicSteps],
  );
  const drawn = useMemo(
    () =>
      lines.map((line) => ({
        ...line,
        points: pointsWithin(line.points, shown).filter(hasStep),
        smooth: line.smooth && pointsWithin(line.smooth, shown).filter(hasStep),
      })),
    [lines, shown, hasStep],
  );
  const xScale = useMemo(
    () =>
      hasLogarithmicSteps
        ? exactLogarithmicScale(Math.max(1, shown[0]), shown[1], plotWidth / 45)
        : exactScale(shown[0], shown[1], plotWidth / 90),
    [shown, plotWidth, hasLogarithmicSteps],
  );
  const yScale = useMemo(() => {
    const values = drawn.flatMap(({ points }) =>
      points.flatMap(([, mean, low, high]) => [low ?? mean, high ?? mean]),
    );
    return isLogarithmic ? logarithmicScale(values) : linearScale([...values, ...shows]);
  }, [drawn, isLogarithmic, shows]);
  const paths = useMemo(() => {
    const x = (step: number) => margin.left + toShare(xScale, step) * plotWidth;
    const y = (value: number) => margin.top + (1 - toShare(yScale, value)) * plotHeight;
    const hasPlace = (value: number) => !isLogarithmic || value > 0;
    return drawn.map(({ key, place, points, smooth }) => ({
      key,
      place,
      // Through the lowest and the highest value of what a point stands for: no peak is lost.
      measured: toPath(
        points.flatMap(([step, mean, low, high]) =>
          (low === undefined || high === undefined ? [mean] : [low, high])
            .filter(hasPlace)
            .map((value) => [x(step), y(value)] as const),
        ),
      ),
      smooth:
        smooth &&
        toPath(smooth.filter(([, value]) => hasPlace(value)).map(([step, value]) => [x(step), y(value)])),
      lone: points.length === 1 && hasPlace(points[0]![1]) ? [x(points[0]![0]), y(points[0]![1])] : null,
    }));
  }, [drawn, xScale, yScale, plotWidth, plotHeight, isLogarithmic]);

  const xOf = (step: number) => margin.left + toShare(xScale, step) * plotWidth;
  const yOf = (value: number) => margin.top + (1 - toShare(yScale, value)) * plotHeight;
  const stepAt = (event: PointerEvent<HTMLElement>) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    const share = Math.min(1, Math.max(0, (event.clientX - left - margin.left) / plotWidth));
    return fromShare(xScale, share);
  };

  /** Moves to the next step that any line has a point at. */
  const move = (by: 1 | -1) => {
    const steps = [...new Set(drawn.flatMap(({ points }) => points.map(([step]) => step)))].sort(
      (a, b) => a - b,
    );
    const stride = Math.max(1, Math.round(steps.length / 50));
    if (cursor === null) return setCursor(steps.at(by === 1 ? 0 : -1) ?? null);
    const at = steps.findIndex((step) => step >= cursor);
    setCursor(
      steps[Math.min(steps.length - 1, Math.max(0, (at < 0 ? steps.length - 1 : at) + by * stride))] ?? null,
    );
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const around = cursor ?? (shown[0] + shown[1]) / 2;
    const actions: Record<string, () => void> = {
      ArrowRight: () => move(1),
      ArrowLeft: () => move(-1),
      "+": () => onRange(zoomed(shown, 0.5, around, whole)),
      "=": () => onRange(zoomed(shown, 0.5, around, whole)),
      "-": () => onRange(zoomed(shown, 2, around, whole)),
      Escape: () => onRange(null),
    };
    const action = event.ctrlKey || event.metaKey || event.altKey ? undefined : actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  const values =
    cursor === null
      ? []
      : drawn.flatMap(({ key, label: name, place, points, smooth }) => {
          const point = nearestPoint(points, cursor);
          if (point === null) return [];
          return [{ key, name, place, point, mean: smooth && (nearestPoint(smooth, cursor)?.[1] ?? null) }];
        });
  return (
    <div
      ref={box}
      role="application"
      aria-roledescription="chart"
      aria-label={`${label} Arrow keys read values, plus and minus zoom, Escape shows all steps.`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: keys read its values and zoom
      tabIndex={0}
      className="relative touch-pan-y select-none rounded-sm"
      onKeyDown={onKeyDown}
      onBlur={() => setCursor(null)}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragFrom(stepAt(event));
        setCursor(stepAt(event));
      }}
      onPointerMove={(event) => setCursor(stepAt(event))}
      // A finger that is lifted has read nothing yet.
      onPointerLeave={({ pointerType }) => pointerType !== "touch" && setCursor(null)}
      onPointerCancel={() => setDragFrom(null)}
      onPointerUp={(event) => {
        const to = stepAt(event);
        if (dragFrom !== null && Math.abs(xOf(to) - xOf(dragFrom)) >= shortestDragPx)
          onRange(within([Math.min(dragFrom, to), Math.max(dragFrom, to)], whole));
        setDragFrom(null);
      }}
      onDoubleClick={() => onRange(null)}
    >
      <svg width="100%" height={heightPx} aria-hidden="true" className="block overflow-visible">
        <clipPath id={clip}>
          <rect x={margin.left} y={margin.top - 2} width={plotWidth} height={plotHeight + 4} />
        </clipPath>
        <g fill="var(--muted)" fontSize="12" className="numeric">
          {yScale.ticks.map((tick) => (
            <g key={tick}>
              <line
                x1={margin.left}
                x2={margin.left + plotWidth}
                y1={yOf(tick)}
                y2={yOf(tick)}
                stroke="var(--line)"
              />
              <text x={margin.left - 7} y={yOf(tick)} dy="0.35em" textAnchor="end">
                {formatTick(tick)}
              </text>
            </g>
          ))}
          {xScale.ticks.map((tick) => (
            <text key={tick} x={xOf(tick)} y={heightPx - margin.bottom + 17} textAnchor="middle">
              {formatCount(Number(tick.toFixed(2)))}
            </text>
          ))}
          <text x={margin.left + plotWidth / 2} y={heightPx - 3} textAnchor="middle">
            Step
          </text>
          <text transform={`translate(11 ${margin.top + plotHeight / 2}) rotate(-90)`} textAnchor="middle">
            {axis}
          </text>
        </g>
        <g clipPath={`url(#${clip})`} fill="none" strokeLinejoin="round">
          {paths.map(({ key, place, measured, smooth, lone }) => (
            <g key={key}>
              <path
                d={measured}
                strokeWidth={smooth === null ? 2 : 1}
                strokeOpacity={smooth === null ? 1 : 0.32}
                {...lineStyle(place)}
              />
              {smooth === null ? null : <path d={smooth} strokeWidth={2} {...lineStyle(place)} />}
              {lone === null ? null : (
                <circle cx={lone[0]} cy={lone[1]} r="3" fill={lineStyle(place).stroke} />
              )}
            </g>
          ))}
          {cursor === null || dragFrom === null ? null : (
            <rect
              x={Math.min(xOf(dragFrom), xOf(cursor))}
              width={Math.abs(xOf(cursor) - xOf(dragFrom))}
              y={margin.top}
              height={plotHeight}
              fill="var(--accent)"
              fillOpacity="0.15"
            />
          )}
          {cursor === null ? null : (
            <line
              x1={xOf(cursor)}
              x2={xOf(cursor)}
              y1={margin.top}
              y2={margin.top + plotHeight}
              stroke="var(--field)"
            />
          )}
        </g>
      </svg>
      {values.length === 0 ? null : (
        <Readout
          values={values}
          left={xOf(cursor!)}
          right={widthPx - xOf(cursor!)}
          isLeft={xOf(cursor!) > widthPx / 2}
        />
      )}
    </div>
  );
}

function formatTick(value: number): string {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3))
    return formatMeasure(value, 1).replace(".e", "e");
  return String(Number(value.toPrecision(4))).replace(/^-/, "−");
}
