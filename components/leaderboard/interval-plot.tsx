/** Estimates with their intervals on one shared axis. */
import { classNames } from "../class-names";

export type PlottedInterval = {
  name: string;
  value: number;
  low: number;
  high: number;
};

const heightPx = 34;

/**
 * Drawn with HTML boxes in percent of the width, so that labels keep their size on phones.
 *
 * @param label what the axis measures, for screen readers and below the axis
 */
export function IntervalPlot({
  label,
  intervals,
  format,
}: {
  label: string;
  intervals: PlottedInterval[];
  format: (value: number) => string;
}) {
  const { from, to, ticks } = niceAxis(
    Math.min(...intervals.map((interval) => interval.low)),
    Math.max(...intervals.map((interval) => interval.high)),
  );
  const percent = (value: number) => ((value - from) / (to - from)) * 100;
  return (
    <figure aria-label={label} className="rounded-lg border bg-surface p-5 sm:p-6">
      <ul>
        {intervals.map((interval, index) => (
          <li
            key={interval.name}
            className="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]"
            aria-label={`${interval.name}: ${format(interval.value)}, from ${format(interval.low)} to ${format(interval.high)}`}
          >
            <span className="self-center py-1 text-sm leading-snug font-medium wrap-anywhere">
              {interval.name}
            </span>
            <div className="relative" style={{ minHeight: heightPx }}>
              {ticks.map((tick) => (
                <span
                  key={tick}
                  className="absolute inset-y-0 border-s border-line"
                  style={{ insetInlineStart: `${percent(tick)}%` }}
                />
              ))}
              <span
                className={classNames(
                  "absolute top-1/2 h-1 -translate-y-1/2 rounded-full opacity-55",
                  index === 0 ? "bg-accent" : "bg-muted",
                )}
                style={{
                  insetInlineStart: `${percent(interval.low)}%`,
                  width: `${percent(interval.high) - percent(interval.low)}%`,
                }}
              />
              <span
                className={classNames(
                  "absolute top-1/2 size-3 -translate-x-1/2 -translate-y-1/2 rounded-full",
                  index === 0 ? "bg-accent" : "bg-muted",
                )}
                style={{ insetInlineStart: `${percent(interval.value)}%` }}
              />
            </div>
          </li>
        ))}
      </ul>
      <div className="grid gap-x-4 sm:grid-cols-[10rem_minmax(0,1fr)]" aria-hidden="true">
        <span />
        <div className="numeric relative mt-1 h-5 text-xs text-muted">
          {ticks.map((tick) => (
            <span
              key={tick}
              className="absolute -translate-x-1/2"
              style={{ insetInlineStart: `${percent(tick)}%` }}
            >
              {format(tick)}
            </span>
          ))}
        </div>
      </div>
      <figcaption className="mt-2 text-[0.8125rem] text-muted">{label}</figcaption>
    </figure>
  );
}

/** An axis that holds [low, high] with a little air, and three to six round ticks on it. */
function niceAxis(low: number, high: number): { from: number; to: number; ticks: number[] } {
  const span = high - low || Math.abs(high) || 1;
  const from = low - span * 0.06;
  const to = high + span * 0.06;
  const rough = (to - from) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? rough;
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return { from, to, ticks };
}
