/** Reads a finished study row by row: did every item get its answers, each once, and is everything there? */
import { db } from "@/lib/platform/database/db";
import type { LoadStudy } from "./load-study";

export type CheckedStudy = {
  items: number;
  ratings: number;
  /** Items with more or fewer answers than raters were asked for. */
  wrongCount: number;
  /** Items that one person answered more than once. */
  samePerson: number;
  /** Answers that were acknowledged and are not stored. */
  lost: number;
  /** Assignments or client keys with more than one rating, and stored answers that nobody was told of. */
  double: number;
  /** Largest difference of an item between answers with its first image on the left and on the right. */
  sideImbalance: number;
};

/** @param acknowledged client keys of the answers that the server said it stored */
export async function checkStudy(
  study: LoadStudy,
  acknowledged: ReadonlyMap<string, number>,
): Promise<CheckedStudy> {
  const items = await db.$queryRaw<{ answers: number; people: number; imbalance: number }[]>`
    SELECT count(r."assignmentId")::int AS answers, count(DISTINCT a."raterId")::int AS people,
           abs(coalesce(sum(CASE WHEN a.placement[1] = 0 THEN 1 ELSE -1 END), 0))::int AS imbalance
    FROM "Item" i LEFT JOIN "Assignment" a ON a."itemId" = i.id AND a.state = 'DONE'
    LEFT JOIN "Rating" r ON r."assignmentId" = a.id
    WHERE i."studyId" = ${study.id}::uuid GROUP BY i.id`;
  const stored = await db.$queryRaw<{ clientKey: string }[]>`
    SELECT r."clientKey" FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId"
    JOIN "Item" i ON i.id = a."itemId" WHERE i."studyId" = ${study.id}::uuid`;
  const keys = new Set(stored.map(({ clientKey }) => clientKey));
  const unknown = stored.filter(({ clientKey }) => !acknowledged.has(clientKey)).length;
  return {
    items: items.length,
    ratings: stored.length,
    wrongCount: items.filter(({ answers }) => answers !== study.ratersPerItem).length,
    samePerson: items.filter(({ answers, people }) => answers !== people).length,
    lost: [...acknowledged.keys()].filter((key) => !keys.has(key)).length,
    double: stored.length - keys.size + unknown,
    sideImbalance: Math.max(...items.map(({ imbalance }) => imbalance)),
  };
}
