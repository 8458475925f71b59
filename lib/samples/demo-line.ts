/** Which models come from the demo: they know its world alone, so its noised CLIP guides them, and GLIDE's guides the others. */
import { db } from "@/lib/platform/database/db";

/**
 * Of these checkpoints, those that are the demo's, that were fine-tuned from one of the demo's, over however many runs, or
 * that were trained from scratch on images of the demo.
 */
export async function checkpointsOfDemo(ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH RECURSIVE line AS (
      SELECT "id" AS "descendant", "isDemo", "fineTuneId" FROM "Checkpoint" WHERE "id" = ANY(${ids}::uuid[])
      UNION
      SELECT line."descendant", start."isDemo", start."fineTuneId"
      FROM line
      JOIN "FineTune" run ON run."id" = line."fineTuneId"
      JOIN "Checkpoint" start ON start."id" = run."startCheckpointId"
    )
    SELECT DISTINCT line."descendant" AS "id"
    FROM line
    LEFT JOIN "FineTune" run ON run."id" = line."fineTuneId"
    LEFT JOIN "Dataset" images ON images."id" = run."datasetId"
    WHERE line."isDemo" OR (run."startCheckpointId" IS NULL AND images."isDemo")`;
  return new Set(rows.map(({ id }) => id));
}
