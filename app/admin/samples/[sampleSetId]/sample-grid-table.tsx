/** Real photograph, where there are any, and samples side by side, a row per caption, as in a paper's figure. */
import { EmptyState } from "@/components/empty-state";
import { Image } from "@/components/image";
import { ImageDialog } from "@/components/image-dialog";
import { ScrollRegion } from "@/components/scroll-region";
import { Bar } from "@/components/skeleton";
import { hasPhotographs, type SampleGrid } from "@/lib/samples/get-sample-grid";
import { sampleToText } from "@/lib/samples/sample-origin";

export function SampleGridTable({ grid }: { grid: SampleGrid }) {
  if (grid.rows.length === 0) {
    return <EmptyState title="No captions on this page" text="Go back to an earlier page." />;
  }
  const isReal = hasPhotographs(grid);
  return (
    <ScrollRegion label="Side by side">
      <table
        className="w-full table-fixed border-separate border-spacing-x-2 border-spacing-y-3 px-2 text-sm sm:px-3"
        style={{ minWidth: `${9 + 8 * (grid.sets.length + (isReal ? 1 : 0))}rem` }}
      >
        <caption className="sr-only">Images by caption</caption>
        <thead>
          <tr>
            <th scope="col" className="px-1 text-start text-[0.8125rem] font-medium text-muted">
              Caption
            </th>
            {isReal ? (
              <th scope="col" className="px-1 text-start text-[0.8125rem] font-medium text-muted">
                Real
              </th>
            ) : null}
            {grid.sets.map((set) => (
              <th
                key={set.id}
                scope="col"
                className="px-1 text-start text-[0.8125rem] font-medium text-muted [overflow-wrap:anywhere]"
              >
                {set.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row) => (
            <tr key={row.captionId}>
              <th
                scope="row"
                lang={grid.dataset.captionLanguage}
                className="caption-text px-1 text-start align-top font-normal"
              >
                {row.caption}
              </th>
              {isReal ? (
                <td className="align-top">
                  <div className="max-w-56">
                    {row.real ? (
                      <ImageDialog
                        sha256={row.real.sha256}
                        caption={row.caption}
                        language={grid.dataset.captionLanguage}
                        facts={`Photograph, ${row.real.widthPx} × ${row.real.heightPx} px`}
                        fileName={`real-${row.captionId}`}
                        isCompletable
                      />
                    ) : (
                      <Image sha256={null} alt="" placeholder="None" />
                    )}
                  </div>
                </td>
              ) : null}
              {grid.sets.map((set, column) => {
                const cells = row.cells[column] ?? [];
                return (
                  <td key={set.id} className="align-top">
                    <div className={cells.length > 1 ? "grid max-w-56 grid-cols-2 gap-1" : "max-w-56"}>
                      {cells.length === 0 ? <Image sha256={null} alt="" /> : null}
                      {cells.map((cell) => (
                        <ImageDialog
                          key={cell.seed}
                          sha256={cell.sha256}
                          baseSha256={cell.baseSha256}
                          caption={row.caption}
                          language={grid.dataset.captionLanguage}
                          facts={`${set.name}, ${sampleToText(cell)}`}
                          fileName={
                            cell.origin?.file.split("/").at(-1) ?? `${set.name}-seed-${cell.seed}.png`
                          }
                          pixelated={cell.baseSha256 === null && cell.origin === null}
                          isCompletable
                        />
                      ))}
                    </div>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

/** @param columns of images: the photograph and the sets */
export function SampleGridSkeleton({ columns, rows }: { columns: number; rows: number }) {
  return (
    <div className="grid gap-y-3 overflow-hidden rounded-lg border bg-surface px-4 pt-10 pb-3">
      {Array.from({ length: rows }, (_, row) => (
        <div
          key={row}
          className="grid gap-x-2"
          style={{ gridTemplateColumns: `repeat(${columns + 1}, minmax(8rem, 1fr))` }}
        >
          <Bar className="h-4 w-3/4" />
          {Array.from({ length: columns }, (_, column) => (
            <Bar key={column} className="aspect-square max-w-56" />
          ))}
        </div>
      ))}
    </div>
  );
}
