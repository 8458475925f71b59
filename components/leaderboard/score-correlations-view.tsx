/** How far metrics order images as people's mean scores do, and how the metrics differ in that. */
import { type Column, DataTable } from "@/components/data-table";
import { formatDecimals, plural } from "@/components/numbers";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import type { IntervalEstimate } from "@/lib/statistics/metric-correlations";
import type { ScoreCorrelations } from "@/lib/votes/metrics/score-correlations";

/** Beyond this many, differences are in the file alone. */
const mostDifferences = 30;

export function ScoreCorrelationsView({ of }: { of: ScoreCorrelations }) {
  const { fileName, items, captions, correlations, differences, notes } = of;
  const label = (metric: string) => (fileName === null ? describeMetric(metric).label : metric);
  return (
    <div className="grid gap-3">
      {correlations.length > 0 ? (
        <DataTable
          caption="Rank correlations of metrics with people’s mean scores"
          columns={columnsOf<ScoreCorrelations["correlations"][number]>("Metric", ({ metric }) =>
            label(metric),
          )}
          rows={[...correlations]}
          rowKey={({ metric }) => metric}
        />
      ) : null}
      {differences.length > 0 && differences.length <= mostDifferences ? (
        <DataTable
          caption="Differences of correlations between metrics"
          columns={columnsOf<ScoreCorrelations["differences"][number]>(
            "Difference",
            ({ first, second }) => `${label(first)} – ${label(second)}`,
          )}
          rows={[...differences]}
          rowKey={({ first, second }) => JSON.stringify([first, second])}
        />
      ) : null}
      <p className="text-[0.8125rem] text-muted">
        {correlations.length > 0
          ? `People’s mean score of ${plural(items, "item", "items")} on ${plural(captions, "caption", "captions")} against ${fileName === null ? "the newest evaluations" : fileName}. Intervals are 95%, over captions. The sign is as computed: a metric that is better when lower agrees where it is negative. `
          : null}
        {differences.length > mostDifferences
          ? `The ${differences.length} differences between metrics are in correlations.json. `
          : null}
        {notes.join(" ")}
      </p>
    </div>
  );
}

function columnsOf<Row extends { spearman: IntervalEstimate; kendall: IntervalEstimate }>(
  header: string,
  name: (row: Row) => string,
): Column<Row>[] {
  return [
    {
      key: "name",
      header,
      cell: (row) => <span className="font-medium wrap-anywhere">{name(row)}</span>,
    },
    {
      key: "spearman",
      header: "Spearman’s ρ",
      numeric: true,
      cell: ({ spearman }) => <EstimateCell estimate={spearman} />,
    },
    {
      key: "kendall",
      header: "Kendall’s τ-b",
      numeric: true,
      cell: ({ kendall }) => <EstimateCell estimate={kendall} />,
    },
  ];
}

function EstimateCell({ estimate: { value, low, high } }: { estimate: IntervalEstimate }) {
  if (value === null) return <span className="text-faint">—</span>;
  return (
    <>
      <span className="block">{formatDecimals(value, 3)}</span>
      <span className="block text-xs text-muted">
        {low === null || high === null
          ? "no interval"
          : `${formatDecimals(low, 3)} to ${formatDecimals(high, 3)}`}
      </span>
    </>
  );
}
