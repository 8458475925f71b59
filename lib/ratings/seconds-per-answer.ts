/** How long an answer usually takes, for an honest estimate of the time left. */
import { db } from "@/lib/db";

/** From so many answers on, a rater's own pace tells more than other people's. */
const ownAnswers = 5;

/** A study's usual pace hardly changes; it is not read again for every answer of every rater. */
const keptMs = 30_000;
const paces = new Map<string, { at: number; seconds: Promise<number | null> }>();

/** Median seconds per answer: the rater's own once they gave five, else the study's; null before anybody answered. */
export async function secondsPerAnswer(raterId: string, studyId: string): Promise<number | null> {
  const [own] = await db.$queryRaw<{ answers: number; seconds: number | null }[]>`
    SELECT count(*)::int AS answers,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY r."latencyMs") / 1000 AS seconds
    FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" WHERE a."raterId" = ${raterId}::uuid`;
  if (own && own.answers >= ownAnswers) return own.seconds;
  const known = paces.get(studyId);
  if (!known || Date.now() - known.at > keptMs) {
    paces.set(studyId, { at: Date.now(), seconds: studyPace(studyId) });
  }
  return paces.get(studyId)!.seconds;
}

async function studyPace(studyId: string): Promise<number | null> {
  const [pace] = await db.$queryRaw<{ seconds: number | null }[]>`
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY r."latencyMs") / 1000 AS seconds
    FROM "Rating" r JOIN "Assignment" a ON a.id = r."assignmentId" JOIN "Item" i ON i.id = a."itemId"
    WHERE i."studyId" = ${studyId}::uuid AND i.kind <> 'TRAINING'`;
  return pace?.seconds ?? null;
}
