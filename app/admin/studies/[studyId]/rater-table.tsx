/** Who takes part: how much they answered and how well, and whether their answers count. */
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import { plural } from "@/components/numbers";
import { Time } from "@/components/time";
import { isReleased } from "@/lib/rating/admission/release-id";
import type { RaterSummary } from "@/lib/votes/list/list-raters";
import { RaterActions, ReleaseId } from "./rater-actions";

const share = (checks: RaterSummary["gold"]) => (checks ? `${checks.right} of ${checks.given}` : "—");

function raterName({ pseudonym, knownAs }: Pick<RaterSummary, "pseudonym" | "knownAs">): string {
  return knownAs ?? pseudonym;
}

/** What about the way in may be worth a look. */
function joinNotes({ sameAddress, sameDevice, refusedElsewhere, idReleasedAt }: RaterSummary): string[] {
  const others = (count: number) => plural(count, "other rater", "other raters");
  return [
    ...(sameAddress > 0 ? [`Shares an address with ${others(sameAddress)}`] : []),
    ...(sameDevice > 0 ? [`Shares a browser with ${others(sameDevice)}`] : []),
    ...(refusedElsewhere > 0
      ? [`Refused on another device: ${plural(refusedElsewhere, "attempt", "attempts")}`]
      : []),
    ...(idReleasedAt && isReleased({ idReleasedAt }) ? ["Released for the next device with this id"] : []),
  ];
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
        {joinNotes(rater).map((note) => (
          <span key={note} className="text-[0.8125rem] text-muted">
            {note}
          </span>
        ))}
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
      <div className="grid justify-items-start gap-2">
        <RaterActions raterId={rater.id} name={raterName(rater)} isExcluded={rater.excludedAt !== null} />
        {rater.hasOutsideId && rater.refusedElsewhere > 0 && !isReleased(rater) ? (
          <ReleaseId raterId={rater.id} name={raterName(rater)} />
        ) : null}
      </div>
    ),
  },
];

/** Of raters of a file only the answers are known. */
const columnsOfImported: readonly string[] = ["rater", "answers", "actions"];

export function RaterTable({ raters, isImported }: { raters: RaterSummary[]; isImported: boolean }) {
  const shown = isImported ? columns.filter(({ key }) => columnsOfImported.includes(key)) : columns;
  return <DataTable caption="Raters" columns={shown} rows={raters} rowKey={(rater) => rater.id} />;
}
