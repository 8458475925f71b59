/** By what a dataset's content is recognised on another machine. */
import { db } from "@/lib/platform/database/db";

/**
 * SHA-256 of what a dataset consists of in a revision: of all images that are not excluded, in their order, which split each is
 * in, the SHA-256 of its file, and its captions. Names of the dataset and of files do not matter.
 *
 * The database computes it: a large dataset has more rows than a page may wait for.
 */
export async function contentHash(datasetId: string, revision: number): Promise<string> {
  const [row] = await db.$queryRaw<{ sha256: string }[]>`
    WITH standing AS (
      SELECT image."id", image."position", image."blobSha256",
        coalesce(former."split", image."split") AS "split",
        coalesce(former."isExcluded", image."isExcluded") AS "isExcluded"
      FROM "Image" AS image
      LEFT JOIN "FormerStanding" AS former ON former."imageId" = image."id"
        AND former."sinceRevision" <= ${revision} AND former."untilRevision" > ${revision}
      WHERE image."datasetId" = ${datasetId}::uuid
    ), captions AS (
      SELECT caption."imageId", string_agg(to_json(caption."text")::text, ',' ORDER BY caption."position") AS "texts"
      FROM "Caption" AS caption
      JOIN standing ON standing."id" = caption."imageId"
      WHERE caption."sinceRevision" <= ${revision}
        AND (caption."untilRevision" IS NULL OR caption."untilRevision" > ${revision})
      GROUP BY caption."imageId"
    ), lines AS (
      SELECT standing."position", standing."id", sha256(convert_to(
        concat_ws(E'\t', standing."split", coalesce(standing."blobSha256", ''), coalesce(captions."texts", '')), 'UTF8'
      )) AS "hash"
      FROM standing
      LEFT JOIN captions ON captions."imageId" = standing."id"
      WHERE NOT standing."isExcluded"
    )
    SELECT encode(sha256(coalesce(string_agg("hash", ''::bytea ORDER BY "position", "id"), ''::bytea)), 'hex') AS "sha256"
    FROM lines`;
  return row!.sha256;
}
