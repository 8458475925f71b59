/** What a result depends on: the difference of two arms under other choices, and how often each arm's images fit. */
import { Badge } from "@/components/badge";
import { type Column, DataTable } from "@/components/data-table";
import type { Acceptability } from "@/lib/statistics/acceptability";
import type { SensitivityRow } from "@/lib/statistics/answer-model";
import type { Sensitivity } from "@/lib/statistics/sensitivity";
import { DifferenceCell } from "./difference-cell";
import { formatRating } from "./leaderboard-table";

export function SensitivityPanel({ of }: { of: Sensitivity }) {
  const { rows, isShown, acceptability } = of;
  const isAsShown = ({ choice }: SensitivityRow) => choice === isShown.answers || choice === isShown.raters;
  return (
    <div className="grid gap-6">
      <DataTable
        caption="Sensitivity of the difference"
        columns={columnsOf(isAsShown)}
        rows={[...rows]}
        rowKey={({ choice }) => choice}
      />
      {acceptability.length > 0 ? (
        <>
          <DataTable
            caption="Acceptability"
            columns={acceptabilityColumns}
            rows={[...acceptability]}
            rowKey={({ arm }) => arm}
          />
          <p className="max-w-3xl text-sm text-muted">
            “Neither” does not say which image is better, so ratings leave it out. That is only correct if
            “neither” is equally likely whichever image would have been preferred. If an arm’s images are
            either very good or very bad, its bad ones are left out, and it seems to win more often than if
            people had to choose. What they would have chosen is unknown, but it lies between the two rows in
            which every “neither” goes to one arm. Arena counts “both are bad” as a tie, which pulls every
            difference towards zero; compare its figures with the row that counts “neither” as a tie. An image
            certainly fits if it was preferred or judged equally good. Whether a losing image fits is unknown.
          </p>
        </>
      ) : null}
    </div>
  );
}

const columnsOf = (isAsShown: (row: SensitivityRow) => boolean): Column<SensitivityRow>[] => [
  {
    key: "choice",
    header: "Choice",
    cell: (row) => (
      <>
        <span className="block min-w-40">{row.description}</span>
        <span className="mt-1 flex flex-wrap items-center gap-2">
          {isAsShown(row) ? <Badge tone="neutral">As shown</Badge> : null}
          {row.changes ? <Badge tone="warn">Changes the decision</Badge> : null}
          {row.without ? <span className="text-xs text-muted">without {row.without}</span> : null}
        </span>
      </>
    ),
  },
  {
    key: "difference",
    header: "Difference",
    numeric: true,
    cell: (row) => <DifferenceCell of={row} size={sizeText(row.unit)} />,
  },
  {
    key: "winRate",
    header: "Win rate",
    numeric: true,
    cell: ({ winRate }) => (winRate === null ? "—" : percent(winRate)),
  },
  {
    key: "ahead",
    header: "Decision",
    cell: ({ ahead }) => (ahead === null ? "Not separated" : `${ahead} is ahead`),
  },
  { key: "answers", header: "Answers", numeric: true, from: "sm", cell: ({ answers }) => answers },
  { key: "raters", header: "Raters", numeric: true, from: "md", cell: ({ raters }) => raters },
];

const acceptabilityColumns: Column<Acceptability>[] = [
  { key: "arm", header: "Arm", cell: ({ arm }) => <span className="font-medium">{arm}</span> },
  {
    key: "fits",
    header: "Images that fit",
    numeric: true,
    cell: ({ least, most }) =>
      least === null || most === null ? "—" : `${percent(least)} to ${percent(most)}`,
  },
  {
    key: "interval",
    header: "95% interval",
    numeric: true,
    cell: ({ low, high }) => (low === null || high === null ? "—" : `${percent(low)} to ${percent(high)}`),
  },
  { key: "votes", header: "Answers", numeric: true, from: "sm", cell: ({ votes }) => votes },
];

function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** With its sign; shares as percentage points. */
function sizeText(unit: SensitivityRow["unit"]) {
  return (size: number) =>
    unit === "share"
      ? `${Math.round(100 * size)} points`
      : formatRating(size, unit === "elo" ? "elo" : "score");
}
