/** The loss over the steps of a run: every measured value faintly, their running mean over it, and validations. */
"use client";

import { useState } from "react";
import { CartesianGrid, Line, LineChart, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import { plural } from "@/components/numbers";
import { classNames } from "./class-names";
import { formatCount, formatMeasure } from "./numbers";

export type LossValue = { step: number; loss: number };

/** Mean losses of held-out images and of training images, without dropout. */
export type ValidationValue = { step: number; heldOut: number; training: number };

/** What is known of one step. */
type ChartRow = Partial<LossValue & { smooth: number } & ValidationValue> & { step: number };

/** Steps over which the mean forgets to 1/e, as a part of the run so far. */
const smoothingPart = 0.02;

/** Exponential running mean, corrected for its start as in Adam (Kingma and Ba 2015, section 3). */
export function smoothLosses(points: LossValue[]): (LossValue & { smooth: number })[] {
  const decay = Math.exp(-1 / Math.max(2, points.length * smoothingPart));
  let mean = 0;
  let weight = 0;
  return points.map((point) => {
    mean = decay * mean + (1 - decay) * point.loss;
    weight = decay * weight + (1 - decay);
    return { ...point, smooth: mean / weight };
  });
}

/** 1, 2 and 5 times powers of ten, as many as are around the values: where a logarithmic axis is marked. */
export function logarithmicTicks(values: number[]): number[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [0.1, 1];
  const steps = [1, 2, 5];
  const at = (index: number) => steps[((index % 3) + 3) % 3]! * 10 ** Math.floor(index / 3);
  const low = Math.min(...positive);
  const high = Math.max(...positive);
  let first = Math.floor(Math.log10(low)) * 3;
  while (at(first + 1) <= low) first++;
  const ticks = [at(first)];
  for (let index = first + 1; ticks.at(-1)! < high; index++) ticks.push(at(index));
  return ticks;
}

/** One row per step, ascending. */
export function joinByStep(
  losses: (LossValue & { smooth: number })[],
  validations: ValidationValue[],
): ChartRow[] {
  const rows = new Map<number, ChartRow>(losses.map((point) => [point.step, point]));
  for (const { step, heldOut, training } of validations)
    rows.set(step, { ...rows.get(step), step, heldOut, training });
  return [...rows.values()].sort((a, b) => a.step - b.step);
}

export function LossChart({
  points,
  validations = [],
  totalSteps,
}: {
  points: LossValue[];
  validations?: ValidationValue[];
  totalSteps: number;
}) {
  const [logarithmic, setLogarithmic] = useState(true);
  const losses = smoothLosses(points);
  const data = joinByStep(losses, validations);
  const last = losses.at(-1);
  const validated = validations.at(-1);
  const ticks = logarithmicTicks(
    data.flatMap(({ loss, heldOut, training }) =>
      [loss, heldOut, training].filter((value) => value !== undefined),
    ),
  );
  const summary = last
    ? `Loss over ${plural(last.step, "step", "steps")}, from ${formatMeasure(losses[0]!.smooth, 3)} to ${formatMeasure(last.smooth, 3)}.${
        validated
          ? ` At the last validation, ${formatMeasure(validated.heldOut, 3)} on held-out images and ${formatMeasure(validated.training, 3)} on training images.`
          : ""
      }`
    : "No loss yet.";
  return (
    <div>
      <div className="mb-2 flex flex-wrap items-center justify-between gap-3">
        <p
          className="flex flex-wrap items-center gap-x-5 gap-y-1 text-[0.8125rem] text-muted"
          aria-hidden="true"
        >
          <Key className="opacity-35" label="Each step" />
          <Key label="Running mean" />
          {validated ? (
            <>
              <Key colour="bg-(--series-2)" label="Validation, held-out images" />
              <Key colour="bg-(--series-3)" label="Validation, training images" />
            </>
          ) : null}
        </p>
        <fieldset className="inline-flex rounded-md border p-0.5 text-[0.8125rem]">
          <legend className="sr-only">Scale of the loss</legend>
          {([true, false] as const).map((choice) => (
            <button
              key={String(choice)}
              type="button"
              aria-pressed={logarithmic === choice}
              onClick={() => setLogarithmic(choice)}
              className={classNames(
                "min-h-7 rounded-sm px-2.5",
                logarithmic === choice ? "bg-sunken text-ink" : "text-muted hover:text-ink",
              )}
            >
              {choice ? "Logarithmic" : "Linear"}
            </button>
          ))}
        </fieldset>
      </div>
      <div role="img" aria-label={summary} className="h-72">
        <ResponsiveContainer width="100%" height="100%" initialDimension={{ width: 640, height: 288 }}>
          <LineChart
            data={data}
            accessibilityLayer={false}
            margin={{ top: 8, right: 12, bottom: 4, left: 0 }}
          >
            <CartesianGrid stroke="var(--line)" vertical={false} />
            <XAxis
              dataKey="step"
              type="number"
              domain={[0, Math.max(totalSteps, last?.step ?? 1)]}
              tick={{ fill: "var(--muted)", fontSize: 12 }}
              stroke="var(--line)"
              tickFormatter={formatCount}
              minTickGap={40}
            />
            <YAxis
              {...(logarithmic
                ? { scale: "log" as const, ticks, domain: [ticks[0]!, ticks.at(-1)!], interval: 0 }
                : { scale: "linear" as const, domain: [0, "auto"] })}
              tick={{ fill: "var(--muted)", fontSize: 12 }}
              stroke="var(--line)"
              tickFormatter={(value: number) => String(Number(value.toPrecision(2)))}
              width={52}
            />
            <Tooltip
              isAnimationActive={false}
              cursor={{ stroke: "var(--field)" }}
              content={({ active, payload }) => {
                const point = payload?.[0]?.payload as ChartRow | undefined;
                if (!active || !point) return null;
                return (
                  <div className="numeric rounded-md border bg-surface px-3 py-2 text-[0.8125rem] shadow-raised">
                    <p className="text-muted">Step {formatCount(point.step)}</p>
                    <Value name="Loss" value={point.loss} />
                    <Value name="Mean" value={point.smooth} />
                    <Value name="Held-out images" value={point.heldOut} />
                    <Value name="Training images" value={point.training} />
                  </div>
                );
              }}
            />
            <Line
              dataKey="loss"
              stroke="var(--series-1)"
              strokeOpacity={0.32}
              strokeWidth={1}
              dot={false}
              connectNulls
              isAnimationActive={false}
            />
            <Line
              dataKey="smooth"
              stroke="var(--series-1)"
              strokeWidth={2}
              dot={false}
              connectNulls
              isAnimationActive={false}
            />
            {(["heldOut", "training"] as const).map((name, index) => (
              <Line
                key={name}
                dataKey={name}
                stroke={`var(--series-${index + 2})`}
                strokeWidth={1.5}
                dot={{ r: 2, fill: `var(--series-${index + 2})`, strokeWidth: 0 }}
                connectNulls
                isAnimationActive={false}
              />
            ))}
          </LineChart>
        </ResponsiveContainer>
      </div>
      <details className="mt-2 text-sm">
        <summary className="w-fit rounded-sm text-[0.8125rem] text-muted">As a table</summary>
        <section
          className="mt-2 max-h-64 overflow-y-auto rounded-md border"
          aria-label="Loss by step"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          <table className="numeric w-full text-[0.8125rem]">
            <thead className="text-muted">
              <tr className="border-b text-end">
                <th scope="col" className="px-3 py-1.5 text-end font-medium">
                  Step
                </th>
                <th scope="col" className="px-3 py-1.5 text-end font-medium">
                  Loss
                </th>
                <th scope="col" className="px-3 py-1.5 text-end font-medium">
                  Running mean
                </th>
              </tr>
            </thead>
            <tbody>
              {thin(losses, 200).map((point) => (
                <tr key={point.step} className="border-b last:border-b-0">
                  <td className="px-3 py-1 text-end">{formatCount(point.step)}</td>
                  <td className="px-3 py-1 text-end">{formatMeasure(point.loss)}</td>
                  <td className="px-3 py-1 text-end">{formatMeasure(point.smooth)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </div>
  );
}

function Value({ name, value }: { name: string; value: number | undefined }) {
  return value === undefined ? null : (
    <p>
      {name} {formatMeasure(value)}
    </p>
  );
}

function Key({
  label,
  className,
  colour = "bg-(--series-1)",
}: {
  label: string;
  className?: string;
  colour?: string;
}) {
  return (
    <span className="inline-flex items-center gap-2">
      <span className={classNames("h-0.5 w-5", colour, className)} />
      {label}
    </span>
  );
}

/** At most about `most` entries, evenly spaced, with the last. */
function thin<Entry>(entries: Entry[], most: number): Entry[] {
  const stride = Math.max(1, Math.ceil(entries.length / most));
  return entries.filter((_, index) => (entries.length - 1 - index) % stride === 0);
}
