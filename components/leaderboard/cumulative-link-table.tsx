/** Scores without taking the points as equal steps: the odds of a higher score, arm by arm. */
import { type Column, DataTable } from "@/components/data-table";
import { formatDecimals } from "@/components/numbers";
import type { CumulativeLinkFit } from "@/lib/statistics/cumulative-link";

type Strength = CumulativeLinkFit["strengths"][number];

export function CumulativeLinkTable({ fit }: { fit: CumulativeLinkFit }) {
  const [first] = fit.strengths;
  const columns: Column<Strength>[] = [
    { key: "arm", header: "Arm", cell: ({ arm }) => <span className="font-medium">{arm}</span> },
    {
      key: "odds",
      header: `Log odds of a higher score than ${first?.arm ?? "the first arm"}`,
      numeric: true,
      cell: ({ arm, value, low, high }) =>
        arm === first?.arm
          ? "0"
          : `${formatDecimals(value, 2)} (${formatDecimals(low, 2)} to ${formatDecimals(high, 2)})`,
    },
  ];
  return (
    <DataTable
      caption="Cumulative link model"
      columns={columns}
      rows={[...fit.strengths]}
      rowKey={({ arm }) => arm}
    />
  );
}
