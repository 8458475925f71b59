/** Raters of a study who joined from the same address, without saying which it was. */
import { db } from "@/lib/platform/database/db";

export type AddressGroup = {
  raters: number;
  /** Of them, how many still count. */
  notExcluded: number;
  answers: number;
};

/** Groups of two and more, the largest first, ten at most. */
export async function listAddressGroups(studyId: string): Promise<AddressGroup[]> {
  return db.$queryRaw<AddressGroup[]>`
    SELECT count(*)::int AS raters, count(*) FILTER (WHERE rater."excludedAt" IS NULL)::int AS "notExcluded",
           sum(given.answers)::int AS answers
    FROM "Rater" rater, LATERAL (
      SELECT count(*) AS answers FROM "Assignment" a JOIN "Rating" r ON r."assignmentId" = a.id WHERE a."raterId" = rater.id
    ) given
    WHERE rater."studyId" = ${studyId}::uuid AND rater."addressKey" IS NOT NULL
    GROUP BY rater."addressKey" HAVING count(*) > 1 ORDER BY 1 DESC, 3 DESC LIMIT 10`;
}
