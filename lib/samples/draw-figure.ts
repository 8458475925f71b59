/** Draws a sample grid as one PNG for a paper: a row per caption, photograph first. */
import { readBlob } from "@/lib/platform/storage/store-blob";
import { drawContactSheet } from "./contact-sheet";
import type { SampleGrid } from "./get-sample-grid";

/**
 * @returns the PNG's bytes; where a set holds several images of a caption, the first seed's is shown
 */
export function drawFigure({ sets, rows }: SampleGrid): Promise<Buffer> {
  return drawContactSheet(
    ["Real", ...sets.map(({ name }) => name)],
    rows.map(({ caption, real, cells }) => ({
      caption,
      images: [real?.sha256, ...cells.map((cell) => cell[0]?.sha256)].map((sha256) =>
        sha256 === undefined ? null : () => readBlob(sha256),
      ),
    })),
  );
}
