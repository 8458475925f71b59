/** A page of a sample grid as one PNG; see lib/samples/draw-figure.ts. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ComputationContext, ComputedFile } from "@/lib/platform/computing/computation";
import { drawFigure } from "@/lib/samples/draw-figure";
import type { FigureRequest } from "@/lib/samples/figure-request";
import { getSampleGrid } from "@/lib/samples/get-sample-grid";

export async function compute(
  { sampleSetIds, page, pageSize }: FigureRequest,
  { folder }: ComputationContext,
): Promise<ComputedFile> {
  const png = await drawFigure(await getSampleGrid([...sampleSetIds], { page, pageSize }));
  const name = `samples-page-${page}.png`;
  await writeFile(join(folder, name), png);
  return { name, bytes: png.length };
}
