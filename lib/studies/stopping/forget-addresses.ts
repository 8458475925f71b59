/** Deletes everything about the addresses of a study's raters when it ends. */
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";

/**
 * Puts a random value in the place of each address and device. Who shared one can still be seen, so that raters can be
 * excluded before the votes are final; which one it was, not even who has the key can find out.
 */
export async function forgetAddresses(transaction: SqlRunner, studyId: string): Promise<void> {
  await transaction.$executeRaw`
    WITH fresh AS MATERIALIZED (
      SELECT known.key, gen_random_uuid()::text AS random
      FROM (SELECT "addressKey" AS key FROM "Rater" WHERE "studyId" = ${studyId}::uuid
            UNION SELECT "deviceKey" FROM "Rater" WHERE "studyId" = ${studyId}::uuid) known
    )
    UPDATE "Rater" SET "addressKey" = (SELECT random FROM fresh WHERE key = "addressKey"),
                       "deviceKey" = (SELECT random FROM fresh WHERE key = "deviceKey")
    WHERE "studyId" = ${studyId}::uuid AND ("addressKey" IS NOT NULL OR "deviceKey" IS NOT NULL)`;
}
