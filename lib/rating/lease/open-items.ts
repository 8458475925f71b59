/** How many regular items a rater could still be given, for an honest progress bar. */
import { Prisma } from "@/lib/generated/prisma/client";
import type { SqlRunner } from "@/lib/platform/database/prepared-transaction";
import { keptFor } from "@/lib/platform/server/kept-for";
import { hasAllImages } from "../item/faulty-images";
import type { LockedRater } from "./locked-rater";

/** A study with plenty of items has plenty of them a moment later. */
const keptPlenty = keptFor<boolean>(5000);

/**
 * Those that the rater has not been given, counted no further than the rater may answer. While the study has twice as many
 * free items as one rater is asked for, nothing is counted: that would cost more than all else of an answer.
 */
export async function countOpenItems(transaction: SqlRunner, rater: LockedRater): Promise<number> {
  const wanted = Math.max(rater.itemsPerRater - rater.answered, 0);
  if (await keptPlenty(rater.studyId, () => lookForPlenty(transaction, rater))) return wanted;
  const free = Prisma.sql`
    SELECT seat."itemId" FROM "Seat" seat
    WHERE seat."studyId" = ${rater.studyId}::uuid AND NOT seat."isDone"
      AND (seat."heldUntil" IS NULL OR seat."heldUntil" <= now()) AND ${hasAllImages(Prisma.sql`seat."itemId"`)}
      AND NOT EXISTS (SELECT FROM "Assignment" own
                      WHERE own."itemId" = seat."itemId" AND own."raterId" = ${rater.raterId}::uuid)`;
  const [row] = await transaction.$queryRaw<{ items: number }[]>`
    SELECT count(*)::int AS items FROM (SELECT DISTINCT free."itemId" FROM (${free}) free LIMIT ${wanted}) few`;
  return row!.items;
}

/** The last round is given out last and has one seat of every item. */
async function lookForPlenty(transaction: SqlRunner, rater: LockedRater): Promise<boolean> {
  const plenty = 2 * rater.itemsPerRater;
  const [row] = await transaction.$queryRaw<{ items: number }[]>`
    SELECT count(*)::int AS items FROM (
      SELECT FROM "Seat" WHERE "studyId" = ${rater.studyId}::uuid AND round = ${rater.ratersPerItem - 1} AND NOT "isDone"
        AND ("heldUntil" IS NULL OR "heldUntil" <= now()) LIMIT ${plenty}
    ) few`;
  return row!.items === plenty;
}
