/** The rater behind a cookie. */
import { SemblanceError } from "@/lib/errors";
import { queryPrepared } from "@/lib/platform/database/prepared-transaction";
import { keptFor } from "@/lib/platform/server/kept-for";
import type { StudyOfRater } from "../item/opened-study";
import { hashRaterToken } from "./rater-token";

/** A rater answers every few seconds, or faster. */
const keptId = keptFor<string>(5000);

/**
 * Excluded raters are known as well: their lease tells them where to go, and their answers are refused. Within five seconds
 * it is not looked up again; the id of a rater who was removed meanwhile finds nothing.
 *
 * @param token the cookie's value
 * @throws SemblanceError `not_signed_in` for an unknown token
 */
export async function findRaterId(token: string | undefined): Promise<string> {
  const tokenHash = hashRaterToken(token ?? "");
  return keptId(tokenHash, async () => {
    const [rater] = await queryPrepared<{ raterId: string }>`
      SELECT "raterId" FROM "RaterSession" WHERE "tokenHash" = ${tokenHash}`;
    if (!rater) throw unknownRater();
    return rater.raterId;
  });
}

/** @throws SemblanceError `not_signed_in` for a rater who was removed */
export async function findStudyOfRater(raterId: string): Promise<StudyOfRater> {
  const [study] = await queryPrepared<StudyOfRater>`
    SELECT s.name AS "studyName", s.language AS "studyLanguage", s."captionLanguage"
    FROM "Rater" r JOIN "Study" s ON s.id = r."studyId" WHERE r.id = ${raterId}::uuid`;
  if (!study) throw unknownRater();
  return study;
}

export function unknownRater(): SemblanceError {
  return new SemblanceError("not_signed_in", "We do not know which study you are taking part in.", {
    remedy: "Open the study's invite link again.",
  });
}
