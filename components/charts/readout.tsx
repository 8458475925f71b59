/** The values of a chart's lines at one step, beside the pointer. */
import { formatCount, formatMeasure } from "../numbers";
import { type ChartPoint, lineStyle } from "./chart-line";

export function Readout({
  values,
  left,
  right,
  isLeft,
}: {
  values: readonly { key: string; name: string; place: number; point: ChartPoint; mean: number | null }[];
  /** Distances of the step from the chart's edges, pixels. */
  left: number;
  right: number;
  /** Whether there is more room at the left. */
  isLeft: boolean;
}) {
  return (
    <div
      aria-live="polite"
      style={isLeft ? { right: right + 12 } : { left: left + 12 }}
      className="numeric pointer-events-none absolute top-2 z-10 max-w-[70%] rounded-md border bg-surface px-3 py-2 text-[0.8125rem] shadow-raised"
    >
      {values.map(({ key, name, place, point: [step, value, low, high], mean }) => (
        <p key={key} className="flex items-center gap-2 [overflow-wrap:anywhere]">
          <svg width="12" height="4" aria-hidden="true" className="shrink-0">
            <line x1="0" x2="12" y1="2" y2="2" strokeWidth="3" stroke={lineStyle(place).stroke} />
          </svg>
          <span>
            <span className="text-muted">
              {values.length > 1 ? `${name}, ` : ""}step {formatCount(step)}:
            </span>{" "}
            {formatMeasure(value)}
            {low === undefined || high === undefined ? null : (
              <span className="text-muted">
                {" "}
                ({formatMeasure(low, 3)} to {formatMeasure(high, 3)})
              </span>
            )}
            {mean === null ? null : <span className="text-muted">, mean {formatMeasure(mean)}</span>}
          </span>
        </p>
      ))}
    </div>
  );
}
