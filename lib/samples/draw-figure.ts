/** Draws a sample grid as one PNG for a paper: a row per caption, photographs first where there are any. */
import { readBlob } from "@/lib/platform/storage/store-blob";
import { drawContactSheet } from "./contact-sheet";
import { hasPhotographs, type SampleGrid } from "./get-sample-grid";

/**
 * @returns the PNG's bytes; where a set holds several images of a caption, the first seed's is shown
 */
export function drawFigure({ sets, rows }: SampleGrid): Promise<Buffer> {
  const isReal = hasPhotographs({ rows });
  return drawContactSheet(
    [...(isReal ? ["Real"] : []), ...sets.map(({ name }) => name)],
    rows.map(({ caption, real, cells }) => ({
      caption,
      images: [...(isReal ? [real?.sha256] : []), ...cells.map((cell) => cell[0]?.sha256)].map((sha256) =>
        sha256 === undefined ? null : () => readBlob(sha256),
      ),
    })),
  );
}
