/** How far arms are apart, pair by pair, and which of them the study distinguishes. */
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import type { ArmDifference } from "@/lib/statistics/arm-differences";
import { pValueText } from "@/lib/statistics/p-value-text";
import type { RatingScale } from "@/lib/statistics/standings";
import { DifferenceCell } from "./difference-cell";
import { formatRating } from "./leaderboard-table";

/** Beyond this many pairs, neighbours in the ranking stand for all. */
const mostShown = 30;

export function DifferencesTable({
  differences,
  scale,
  ranking,
}: {
  differences: readonly ArmDifference[];
  scale: RatingScale;
  /** All arms, best first. */
  ranking: readonly string[];
}) {
  const place = new Map(ranking.map((arm, index) => [arm, index]));
  const placesOf = ({ first, second }: ArmDifference) =>
    [place.get(first)!, place.get(second)!].sort((a, b) => a - b) as [number, number];
  const shown = differences
    .filter((pair) => {
      const [upper, lower] = placesOf(pair);
      return differences.length <= mostShown || pair.isPrimary || lower - upper === 1;
    })
    .sort((a, b) => {
      const [one, other] = [placesOf(a), placesOf(b)];
      return Number(b.isPrimary) - Number(a.isPrimary) || one[0] - other[0] || one[1] - other[1];
    });
  return (
    <>
      <DataTable
        caption="Differences between arms"
        columns={columnsOf(scale)}
        rows={shown}
        rowKey={({ first, second }) => JSON.stringify([first, second])}
      />
      {shown.length < differences.length ? (
        <p className="mt-3 text-sm text-muted">
          Neighbours in the ranking. All {differences.length} pairs are in differences.csv.
        </p>
      ) : null}
    </>
  );
}

const columnsOf = (scale: RatingScale): Column<ArmDifference>[] => [
  {
    key: "pair",
    header: "Pair",
    cell: (pair) => (
      <>
        <span className="block min-w-24 font-medium wrap-anywhere">
          {pair.first} – {pair.second}
        </span>
        <span className="mt-1 flex flex-wrap items-center gap-2">
          <Badge tone={pair.isSeparated ? "good" : "neutral"}>{decisionOf(pair)}</Badge>
          {pair.isPrimary ? <Badge tone="accent">Primary</Badge> : null}
        </span>
      </>
    ),
  },
  {
    key: "difference",
    header: "Difference",
    numeric: true,
    cell: (row) => <DifferenceCell of={row} size={(value) => formatRating(value, scale)} />,
  },
  {
    key: "p",
    header: "Adj. p",
    numeric: true,
    cell: ({ pAdjusted }) => (pAdjusted === null ? "—" : pValueText(pAdjusted)),
  },
];

function decisionOf({ estimate, isSeparated }: ArmDifference): string {
  return estimate === null ? "Never compared" : isSeparated ? "Separated" : "Not separated";
}
