/** Datasets that samples are compared with: a model that learns from one of them scores better than it should. */
import { db } from "@/lib/platform/database/db";

/** @returns ids of the datasets that an evaluation or a study compares samples with, other than with their held-out images */
export async function heldOutDatasets(): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT "datasetId"::text AS id FROM "Evaluation" WHERE "split" IS DISTINCT FROM 'HELD_OUT'
    UNION SELECT "datasetId"::text FROM "Arm" WHERE "datasetId" IS NOT NULL`;
  return new Set(rows.map(({ id }) => id));
}
