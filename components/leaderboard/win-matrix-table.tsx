/** How often each arm was preferred to each other one. */
import { plural } from "@/components/numbers";
import { ScrollRegion } from "@/components/scroll-region";
import type { WinMatrix } from "@/lib/statistics/win-matrix";

export function WinMatrixTable({ arms, matrix }: { arms: readonly string[]; matrix: WinMatrix }) {
  return (
    <ScrollRegion label="Win matrix">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">
          Share of comparisons that the arm in the row won against the arm in the column, ties as half a win
        </caption>
        <thead>
          <tr className="border-b text-left text-[0.8125rem] text-muted">
            <th scope="col" className="px-4 py-2.5 font-medium">
              Preferred to …
            </th>
            {arms.map((arm) => (
              <th scope="col" key={arm} className="px-4 py-2.5 text-end font-medium">
                {arm}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {arms.map((arm, row) => (
            <tr key={arm} className="border-b last:border-b-0">
              <th scope="row" className="px-4 py-3 text-left font-medium">
                {arm}
              </th>
              {arms.map((opponent, column) => (
                <td key={opponent} className="numeric px-4 py-3 text-end whitespace-nowrap">
                  <WinRate cell={matrix[row]?.[column] ?? null} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function WinRate({ cell }: { cell: WinMatrix[number][number] }) {
  if (cell === null || cell.winRate === null) return <span className="text-faint">—</span>;
  const percent = (value: number) => Math.round(value * 100);
  return (
    <>
      <span className="block">{percent(cell.winRate)}%</span>
      <span className="block text-xs text-muted">
        {cell.low !== null && cell.high !== null ? `${percent(cell.low)}–${percent(cell.high)} · ` : ""}
        {plural(cell.wins + cell.losses + cell.ties, "vote", "votes")}
      </span>
    </>
  );
}
