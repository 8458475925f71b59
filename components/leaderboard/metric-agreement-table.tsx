/** Whether metrics say what people say: rank correlations, turned so that 1 is full agreement. */
import { type Column, DataTable } from "@/components/data-table";
import { metricText } from "@/components/metric-text";
import type { Correlation } from "@/lib/ratings/statistics/rank-correlation";
import type { MetricAgreement } from "@/lib/studies/compare-with-metrics";

const columns: Column<MetricAgreement>[] = [
  {
    key: "metric",
    header: "Metric",
    cell: ({ metric }) => <span className="font-medium">{metricText(metric).label}</span>,
  },
  {
    key: "pictures",
    header: "Over pictures",
    numeric: true,
    cell: ({ metric, pictures }) => <CorrelationCell metric={metric} correlation={pictures} />,
  },
  {
    key: "arms",
    header: "Over arms",
    numeric: true,
    cell: ({ metric, arms }) => <CorrelationCell metric={metric} correlation={arms} />,
  },
];

export function MetricAgreementTable({ metrics }: { metrics: readonly MetricAgreement[] }) {
  return (
    <div className="grid gap-2">
      <DataTable
        caption="Agreement of metrics with people"
        columns={columns}
        rows={[...metrics]}
        rowKey={({ metric }) => metric}
      />
      <p className="text-[0.8125rem] text-muted">
        Spearman’s ρ with 95% intervals, signs turned so that 1 means that metric and people order alike and 0
        that they know nothing of each other. Over pictures: how well each generated picture did with raters,
        captions resampled. Over arms: ratings, only from three arms on, with an interval from four.
      </p>
    </div>
  );
}

function CorrelationCell({ metric, correlation }: { metric: string; correlation: Correlation | null }) {
  if (correlation === null || correlation.value === null) return <span className="text-faint">—</span>;
  const { value, low, high, pairs } = correlation;
  const sign = metricText(metric).better === "lower" ? -1 : 1;
  const bounds = low === null || high === null ? null : [sign * low, sign * high].sort((a, b) => a - b);
  return (
    <>
      <span className="block">{(sign * value).toFixed(2)}</span>
      <span className="block text-xs text-muted">
        {bounds ? `${bounds[0]!.toFixed(2)} to ${bounds[1]!.toFixed(2)} · ` : ""}
        {pairs} {pairs === 1 ? "pair" : "pairs"} of values
      </span>
    </>
  );
}
