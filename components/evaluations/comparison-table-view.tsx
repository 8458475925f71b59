/** A comparison table on the page: figures with intervals, the best of each column marked. */
import { formatMeasure } from "@/components/numbers";
import { ScrollRegion } from "@/components/scroll-region";
import {
  type ComparisonTable,
  columnTitle,
  isBestCell,
  type TableRow,
} from "@/lib/evaluations/comparison-table";
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import { countText } from "@/lib/evaluations/print-comparison-table";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { intervalText } from "./score-table";

export function ComparisonTableView({ table }: { table: ComparisonTable }) {
  const { columns, rows } = table;
  const hasGroups = rows.some(({ group }) => group !== "");
  const headers = ["Compared", "Images", ...columns.map((column) => columnTitle(column, describeMetric))];
  return (
    <ScrollRegion label="Comparison table">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">Scores against {table.real}</caption>
        <thead>
          <tr className="border-b">
            {headers.map((header, index) => (
              <th
                key={header}
                scope="col"
                className={`px-4 py-2.5 text-[0.8125rem] font-medium whitespace-nowrap text-muted ${index === 0 ? "text-start" : "text-end"}`}
              >
                {header}
                {index < 2 ? null : (
                  <span className="block font-normal">
                    {describeMetric(columns[index - 2]!.metric).better} is better
                  </span>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row
              key={JSON.stringify([row.group, row.name])}
              table={table}
              row={row}
              title={hasGroups && row.group !== rows[index - 1]?.group ? row.group : null}
            />
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Row({ table, row, title }: { table: ComparisonTable; row: TableRow; title: string | null }) {
  return (
    <>
      {title === null ? null : (
        <tr className="border-b bg-canvas">
          <th
            scope="colgroup"
            colSpan={table.columns.length + 2}
            className="px-4 py-2 text-start text-[0.8125rem] font-semibold"
          >
            {title}
          </th>
        </tr>
      )}
      <tr className="border-b last:border-b-0">
        <th scope="row" className="min-w-36 px-4 py-3 text-start font-medium">
          {row.name}
        </th>
        <td className="numeric px-4 py-3 text-end whitespace-nowrap">{countText(row)}</td>
        {row.cells.map((cell, column) => (
          <td
            key={JSON.stringify(table.columns[column])}
            className="numeric px-4 py-3 text-end whitespace-nowrap"
          >
            <Figure cell={cell} isBest={isBestCell(table, row, column, describeMetric)} />
          </td>
        ))}
      </tr>
    </>
  );
}

function Figure({ cell, isBest }: { cell: MetricScore | null; isBest: boolean }) {
  if (!cell || cell.value === null) return <>—</>;
  const value = formatMeasure(cell.value);
  return (
    <>
      {isBest ? <strong className="text-accent">{value}</strong> : value}
      <span className="block text-xs text-muted">{intervalText(cell)}</span>
    </>
  );
}
