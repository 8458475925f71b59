/** How long an answer usually takes, for an honest estimate of the time left. */
import { db } from "@/lib/platform/database/db";
import { keptFor } from "@/lib/platform/server/kept-for";

/** From this number of answers on, a rater's own pace is more informative than other people's. */
const ownAnswers = 5;

/** A study's usual pace hardly changes; it is not read again for every answer of every rater. */
const keptPace = keptFor<number | null>(30_000);

/**
 * Median seconds per answer: the rater's own once they gave five, else that of others in the study; null before anybody answered.
 *
 * @param own answers of the rater, the training round apart and in it, and the median time of all of them
 */
export async function secondsPerAnswer(
  own: { answered: number; trained: number; seconds: number | null },
  studyId: string,
): Promise<number | null> {
  if (own.answered + own.trained >= ownAnswers) return own.seconds;
  return keptPace(studyId, () => studyPace(studyId));
}

/** A few answers of each of some raters tell the pace; all of them would take longer to read than anything else of a lease. */
const sampledRaters = 60;
const sampledAnswers = 3;

async function studyPace(studyId: string): Promise<number | null> {
  const [pace] = await db.$queryRaw<{ seconds: number | null }[]>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY r."latencyMs") / 1000 AS seconds
    FROM (SELECT id FROM "Rater" WHERE "studyId" = ${studyId}::uuid LIMIT ${sampledRaters}) rater,
    LATERAL (
      SELECT given."latencyMs" FROM "Assignment" a
      JOIN "Rating" given ON given."assignmentId" = a.id JOIN "Item" i ON i.id = a."itemId"
      WHERE a."raterId" = rater.id AND i.kind <> 'TRAINING' LIMIT ${sampledAnswers}
    ) r`;
  return pace?.seconds ?? null;
}
