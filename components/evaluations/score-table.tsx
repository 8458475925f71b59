/** The scores of one evaluation: value, interval, numbers of images. */
import { type Column, DataTable } from "@/components/data-table";
import { formatCount, formatMeasure } from "@/components/numbers";
import { intervalTarget } from "@/lib/evaluations/comparable-recipe";
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";

export function ScoreTable({ scores }: { scores: MetricScore[] }) {
  return <DataTable caption="Scores" columns={columns} rows={scores} rowKey={(score) => score.metric} />;
}

/** "1.2 to 3.4", or a dash. */
export function intervalText({ low, high }: { low: number | null; high: number | null }): string {
  return low === null || high === null ? "—" : `${formatMeasure(low, 3)} to ${formatMeasure(high, 3)}`;
}

/** With what it is of, where the score says so: small sets are biased, and the bias may or may not be in it. */
function IntervalCell({ low, high, recipe }: MetricScore) {
  const target = intervalTarget(recipe);
  return (
    <>
      <span className="block">{intervalText({ low, high })}</span>
      {target === null || low === null ? null : (
        <span className="block max-w-60 text-xs text-balance text-muted">of {target}</span>
      )}
    </>
  );
}

const columns: Column<MetricScore>[] = [
  {
    key: "metric",
    header: "Metric",
    cell: (score) => {
      const { label, better } = describeMetric(score.metric);
      return (
        <>
          <span className="font-semibold">{label}</span>
          <span className="block text-[0.8125rem] text-muted">{better} is better</span>
        </>
      );
    },
  },
  {
    key: "value",
    header: "Score",
    numeric: true,
    cell: (score) => (score.value === null ? "—" : formatMeasure(score.value)),
  },
  { key: "interval", header: "95% interval", numeric: true, cell: IntervalCell },
  {
    key: "n",
    header: "Photographs / samples",
    numeric: true,
    cell: (score) => `${formatCount(score.realCount)} / ${formatCount(score.generatedCount)}`,
  },
];
