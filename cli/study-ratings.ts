/** `semblance study import` and `metrics`: ratings that were collected elsewhere, and automatic scores beside ratings. */
import { basename, extname, resolve } from "node:path";
import { z } from "zod";
import { SemblanceError } from "@/lib/errors";
import { operatorFiles } from "@/lib/platform/server-files/file-access";
import { deleteStudy } from "@/lib/studies/delete-study";
import { ratingsImport } from "@/lib/votes/import/import-fields";
import { importRatings } from "@/lib/votes/import/import-ratings";
import { attachMetrics } from "@/lib/votes/metrics/attach-metrics";

export type RatingsOptions = {
  /** Of the study; the file's where absent. */
  name?: string;
  /** "caption=prompt,rater=worker". */
  columns?: string;
  /** "1-5". */
  scale?: string;
  /** "tie" or "neither". */
  bothBad?: string;
  /** A table of automatic scores. */
  metrics?: string;
};

/** As a closed study. @returns its id, on a line */
export async function importFile(
  file: string,
  { name = basename(file, extname(file)), columns, scale, bothBad, metrics }: RatingsOptions,
  actor: string,
): Promise<string> {
  const asked = ratingsImport.safeParse({
    name,
    columns,
    scale,
    bothBad,
    source: { kind: "path", path: resolve(file) },
  });
  if (!asked.success) {
    throw new SemblanceError("invalid_input", z.prettifyError(asked.error), {
      remedy: "npx semblance study --help shows how.",
    });
  }
  const { studyId } = await importRatings(asked.data, actor, { access: operatorFiles });
  try {
    if (metrics !== undefined) await attachTable(studyId, metrics, actor);
  } catch (error) {
    await deleteStudy(studyId, actor);
    throw error;
  }
  return `${studyId}\n`;
}

/** @returns the metrics of the table */
export async function attachTable(studyId: string, table: string, actor: string): Promise<string> {
  const source = { kind: "path" as const, path: resolve(table) };
  const { metrics } = await attachMetrics({ studyId, source }, actor, operatorFiles);
  return `${metrics.join(", ")}\n`;
}
