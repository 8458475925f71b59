/** Who takes part: how much they answered and how well, and whether their answers count. */
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { Time } from "@/components/time";
import type { RaterSummary } from "@/lib/votes/list/list-raters";
import { RaterActions } from "./rater-actions";

const share = (checks: RaterSummary["gold"]) => (checks ? `${checks.right} of ${checks.given}` : "—");

function raterName({ pseudonym, knownAs }: Pick<RaterSummary, "pseudonym" | "knownAs">): string {
  return knownAs ?? pseudonym;
}

const columns: Column<RaterSummary>[] = [
  {
    key: "rater",
    header: "Rater",
    cell: (rater) => (
      <div className="grid gap-1">
        <span className="font-medium [overflow-wrap:anywhere]">{raterName(rater)}</span>
        {rater.knownAs ? (
          <span className="numeric text-[0.8125rem] text-muted">{rater.pseudonym} in exports</span>
        ) : null}
        {rater.excludedAt ? (
          <>
            <Badge tone="warn">Excluded</Badge>
            <span className="text-[0.8125rem] text-muted">{rater.exclusionReason}</span>
          </>
        ) : null}
      </div>
    ),
  },
  {
    key: "joined",
    header: "Joined",
    from: "md",
    cell: (rater) => <Time at={rater.joinedAt.toISOString()} relative />,
  },
  { key: "answers", header: "Answers", numeric: true, cell: (rater) => rater.answers },
  { key: "gold", header: "Gold right", numeric: true, from: "sm", cell: (rater) => share(rater.gold) },
  {
    key: "attention",
    header: "Attention",
    numeric: true,
    from: "sm",
    cell: (rater) => share(rater.attention),
  },
  {
    key: "repeats",
    header: "Consistent repeats",
    numeric: true,
    from: "sm",
    cell: ({ repeated }) =>
      repeated ? `${Math.round(repeated.agreement * 100)}% of ${repeated.repeats}` : "—",
  },
  {
    key: "latency",
    header: "Median time",
    numeric: true,
    from: "md",
    cell: (rater) =>
      rater.medianLatencyMs === null ? "—" : `${(rater.medianLatencyMs / 1000).toFixed(1)} s`,
  },
  {
    key: "actions",
    header: "Exclude",
    cell: (rater) => (
      <RaterActions raterId={rater.id} name={raterName(rater)} isExcluded={rater.excludedAt !== null} />
    ),
  },
];

export function RaterTable({ raters }: { raters: RaterSummary[] }) {
  return <DataTable caption="Raters" columns={columns} rows={raters} rowKey={(rater) => rater.id} />;
}
