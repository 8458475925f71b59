/** What a chart draws: lines over the steps of a run, and how they look. */

/** [step, value], or [last step, mean, lowest, highest] of several steps. */
export type ChartPoint = readonly [step: number, value: number, low?: number, high?: number];

export type ChartLine = {
  readonly key: string;
  readonly label: string;
  /** Ascending by step. */
  readonly points: readonly ChartPoint[];
  /** Its running mean, where the chart is smoothed. */
  readonly smooth: readonly ChartPoint[] | null;
  /** Which of the colours it has. */
  readonly place: number;
};

const colours = 5;

/** After five lines the colours begin again, dashed. */
export function lineStyle(place: number): { stroke: string; strokeDasharray?: string } {
  const stroke = `var(--series-${(place % colours) + 1})`;
  const dashes = ["", "7 3", "2 3"][Math.floor(place / colours) % 3]!;
  return dashes === "" ? { stroke } : { stroke, strokeDasharray: dashes };
}

/** The point at a step, or the next one before or after it; null without points. */
export function nearestPoint(points: readonly ChartPoint[], step: number): ChartPoint | null {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]![0] < step) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [points[low - 1], points[low]];
  if (!before || !after) return before ?? after ?? null;
  return step - before[0] <= after[0] - step ? before : after;
}

/** Those within the steps, and one more at each end, so that lines go on to the edge. */
export function pointsWithin(points: readonly ChartPoint[], [from, to]: StepRange): readonly ChartPoint[] {
  const first = points.findIndex(([step]) => step >= from);
  if (first < 0) return points.slice(-1);
  const end = points.findIndex(([step]) => step > to);
  return points.slice(Math.max(0, first - 1), end < 0 ? undefined : end + 1);
}

export type StepRange = readonly [from: number, to: number];
