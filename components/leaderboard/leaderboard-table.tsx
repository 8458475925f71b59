/** The leaderboard's rows, best first, under the field's column names. */
import { type Column, DataTable } from "@/components/data-table";
import type { SortOrder } from "@/components/list-query";
import { formatDecimals } from "@/components/numbers";
import type { LeaderboardRow } from "@/lib/statistics/leaderboard";
import type { RatingScale } from "@/lib/statistics/standings";

export const leaderboardSortKeys = [
  "rating",
  "arm",
  "num_battles",
  "wins",
  "losses",
  "ties",
  "both_bad",
] as const;
export type LeaderboardSortKey = (typeof leaderboardSortKeys)[number];

/** A rating with as many digits as its scale is read with: whole Elo points, hundredths of a score. */
export function formatRating(value: number, scale: RatingScale): string {
  return scale === "elo" ? String(Math.round(value)) : formatDecimals(value, 2);
}

const columnsOf = (scale: RatingScale): Column<LeaderboardRow>[] => [
  {
    key: "rank",
    header: "Rank",
    numeric: true,
    cell: ({ rank_ub: best, rank_lb: worst }) =>
      best === null ? "—" : best === worst ? best : `${best}–${worst}`,
  },
  {
    key: "arm",
    header: "Arm",
    sortable: true,
    cell: (row) => <span className="font-medium">{row.arm}</span>,
  },
  {
    key: "rating",
    header: "Rating",
    sortable: true,
    numeric: true,
    cell: ({ rating }) => (rating === null ? "—" : formatRating(rating, scale)),
  },
  {
    key: "interval",
    header: "95% interval",
    numeric: true,
    cell: (row) =>
      row.rating_q025 === null || row.rating_q975 === null
        ? "—"
        : `${formatRating(row.rating_q025, scale)} to ${formatRating(row.rating_q975, scale)}`,
  },
  { key: "num_battles", header: "Votes", sortable: true, numeric: true, cell: (row) => row.num_battles },
  { key: "wins", header: "Wins", sortable: true, numeric: true, from: "sm", cell: (row) => row.wins },
  { key: "losses", header: "Losses", sortable: true, numeric: true, from: "sm", cell: (row) => row.losses },
  { key: "ties", header: "Ties", sortable: true, numeric: true, from: "sm", cell: (row) => row.ties },
  {
    key: "both_bad",
    header: "Neither",
    sortable: true,
    numeric: true,
    from: "md",
    cell: (row) => row.both_bad,
  },
  { key: "n_raters", header: "Raters", numeric: true, from: "lg", cell: (row) => row.n_raters },
  { key: "n_captions", header: "Captions", numeric: true, from: "lg", cell: (row) => row.n_captions },
];

export function LeaderboardTable({
  rows,
  scale,
  sort,
  path,
  query,
}: {
  rows: readonly LeaderboardRow[];
  scale: RatingScale;
  sort: { key: LeaderboardSortKey; order: SortOrder };
  path: string;
  query: Record<string, string | undefined>;
}) {
  const sorted = [...rows].sort((a, b) => {
    const [left, right] = [a[sort.key], b[sort.key]];
    // Arms without a rating are last in either order.
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    const ascending = typeof left === "string" ? left.localeCompare(String(right)) : left - Number(right);
    return sort.order === "asc" ? ascending : -ascending;
  });
  return (
    <DataTable
      caption="Leaderboard"
      columns={columnsOf(scale)}
      rows={sorted}
      rowKey={(row) => row.arm}
      sort={sort}
      path={path}
      query={query}
    />
  );
}
