/** How every rater of a question worked, those with flags first; names are the pseudonyms of the exports. */
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import type { RaterFlag } from "@/lib/statistics/rater-flags";
import type { RaterQuality } from "@/lib/votes/list/select-votes";

const flagTexts: Record<RaterFlag, string> = {
  fast: "Too fast",
  "one-sided": "One side",
  "straight-lining": "Same answer",
};

const percent = (share: number | null) => (share === null ? "—" : `${Math.round(share * 100)}%`);

const columns: Column<RaterQuality>[] = [
  {
    key: "rater",
    header: "Rater",
    cell: ({ rater, flags, isExcluded }) => (
      <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <span className="numeric font-medium whitespace-nowrap">{rater}</span>
        {isExcluded ? <Badge tone="warn">Excluded</Badge> : null}
        {flags.map((flag) => (
          <Badge key={flag} tone="warn">
            {flagTexts[flag]}
          </Badge>
        ))}
      </div>
    ),
  },
  { key: "answers", header: "Answers", numeric: true, cell: ({ answers }) => answers },
  {
    key: "reliability",
    header: "Reliability",
    numeric: true,
    cell: ({ reliability }) => percent(reliability),
  },
  {
    key: "reference",
    header: "Prefers photographs",
    numeric: true,
    cell: ({ reference }) => (reference ? `${percent(reference.preferred)} of ${reference.compared}` : "—"),
  },
  {
    key: "repeats",
    header: "Consistent repeats",
    numeric: true,
    cell: ({ repeated }) => (repeated ? `${percent(repeated.agreement)} of ${repeated.repeats}` : "—"),
  },
  {
    key: "checks",
    header: "Checks right",
    numeric: true,
    cell: ({ checks, failedChecks }) => (checks === 0 ? "—" : `${checks - failedChecks} of ${checks}`),
  },
  {
    key: "time",
    header: "Median time",
    numeric: true,
    cell: ({ medianLatencyMs }) =>
      medianLatencyMs === null ? "—" : `${(medianLatencyMs / 1000).toFixed(1)} s`,
  },
  { key: "left", header: "Left", numeric: true, cell: ({ leftShare }) => percent(leftShare) },
  { key: "run", header: "Longest run", numeric: true, cell: ({ longestRun }) => longestRun },
];

/** @param raterCount of whom `raters` are the first */
export function RaterQualityTable({
  raters,
  raterCount,
}: {
  raters: readonly RaterQuality[];
  raterCount: number;
}) {
  const hasReference = raters.some(({ reference }) => reference);
  const shown = columns.filter(({ key }) => key !== "reference" || hasReference);
  return (
    <div className="grid gap-2">
      <DataTable caption="Raters’ work" columns={shown} rows={[...raters]} rowKey={({ rater }) => rater} />
      <p className="text-[0.8125rem] text-muted">
        Reliability: expected share of answers that choose the better image, estimated without knowing which
        it is (Dawid and Skene); 50% is guessing.
        {hasReference
          ? " Raters are not flagged for preferring generated images to photographs, because leaving them out would bias the result."
          : ""}
        {raterCount > raters.length ? ` The first ${raters.length} of ${raterCount} raters.` : ""}
      </p>
    </div>
  );
}
