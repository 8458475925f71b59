/** Whether metrics agree with people, with signs such that higher is more agreement. */
import { type Column, DataTable } from "@/components/data-table";
import { formatDecimals } from "@/components/numbers";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import type { Correlation } from "@/lib/statistics/rank-correlation";
import type { MetricAgreement } from "@/lib/votes/leaderboard/compare-with-metrics";

const columns: Column<MetricAgreement>[] = [
  {
    key: "metric",
    header: "Metric",
    cell: ({ metric }) => <span className="font-medium">{describeMetric(metric).label}</span>,
  },
  {
    key: "images",
    header: "Within captions",
    numeric: true,
    cell: (agreement) => <SharesCell {...agreement} />,
  },
  {
    key: "people",
    header: "Agreement between people",
    numeric: true,
    cell: (agreement) => <PeopleCell {...agreement} />,
  },
  {
    key: "arms",
    header: "Over arms (ρ)",
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
        Within captions: given two images for the same caption, how often the metric prefers the one that most
        raters prefer; 50% is chance. Intervals are 95%, over captions and raters. Pairs without a majority
        are left out; equal metric values count half. Agreement between people: how often a random half of a
        pair’s raters prefers the same image as the other half; in brackets, the metric’s agreement with such
        halves. Over arms: Spearman’s ρ between ratings and scores, 1 if both order the arms in the same way;
        with fewer than 8 arms, a two-sided exact permutation p value replaces the interval.
      </p>
    </div>
  );
}

/** A metric that is better when lower agrees where it has the lower value. */
function turned(metric: string, share: number): number {
  return describeMetric(metric).better === "lower" ? 1 - share : share;
}

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

function SharesCell({ metric, images }: MetricAgreement) {
  if (images === null) return <Nothing />;
  const { value, low, high, pairs, tiedByPeople, tiedByMetric } = images;
  const bounds =
    low === null || high === null
      ? null
      : [low, high].map((bound) => turned(metric, bound)).sort((a, b) => a - b);
  const ties = [
    ...(tiedByPeople > 0 ? [`${tiedByPeople} tied by raters`] : []),
    ...(tiedByMetric > 0 ? [`${tiedByMetric} by the metric`] : []),
  ];
  return (
    <>
      <span className="block">{percent(turned(metric, value))}</span>
      <span className="block text-xs text-muted">
        {bounds ? `${percent(bounds[0]!)} to ${percent(bounds[1]!)} · ` : ""}
        {pairs} {pairs === 1 ? "pair" : "pairs"}
        {ties.length > 0 ? `, ${ties.join(", ")}` : ""}
      </span>
    </>
  );
}

function PeopleCell({ metric, images }: MetricAgreement) {
  const people = images?.people;
  if (!people) return <Nothing />;
  return (
    <>
      <span className="block">
        {percent(people.value)} ({percent(turned(metric, people.metric))})
      </span>
      <span className="block text-xs text-muted">
        {people.pairs} {people.pairs === 1 ? "pair" : "pairs"} with several raters
      </span>
    </>
  );
}

function CorrelationCell({ metric, correlation }: { metric: string; correlation: Correlation | null }) {
  if (correlation === null || correlation.value === null) return <Nothing />;
  const { value, low, high, p, pairs } = correlation;
  const sign = describeMetric(metric).better === "lower" ? -1 : 1;
  const bounds = low === null || high === null ? null : [sign * low, sign * high].sort((a, b) => a - b);
  return (
    <>
      <span className="block">{formatDecimals(sign * value, 2)}</span>
      <span className="block text-xs text-muted">
        {bounds ? `${formatDecimals(bounds[0]!, 2)} to ${formatDecimals(bounds[1]!, 2)} · ` : ""}
        {p === null ? "" : `p ${p < 0.001 ? "< 0.001" : `= ${p.toFixed(p < 0.1 ? 3 : 2)}`} · `}
        {pairs} arms
      </span>
    </>
  );
}

function Nothing() {
  return <span className="text-faint">—</span>;
}
