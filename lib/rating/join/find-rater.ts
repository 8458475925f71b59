/** The rater behind a cookie. */
import { SemblanceError } from "@/lib/errors";
import { queryPrepared } from "@/lib/platform/database/prepared-transaction";
import { keptFor } from "@/lib/platform/server/kept-for";
import { hashRaterToken } from "./rater-token";

export type KnownRater = {
  id: string;
  study: { id: string; name: string; instructions: string; language: string; captionLanguage: string };
};

/**
 * Excluded raters are known as well: their lease tells them where to go, and their answers are refused.
 *
 * @param token the cookie's value
 * @throws SemblanceError `not_signed_in` for an unknown token
 */
export async function findRater(token: string | undefined): Promise<KnownRater> {
  const [rater] = token
    ? await queryPrepared<KnownRater>`
        SELECT r.id, jsonb_build_object('id', s.id, 'name', s.name, 'instructions', s.instructions,
                                        'language', s.language, 'captionLanguage', s."captionLanguage") AS study
        FROM "RaterSession" known JOIN "Rater" r ON r.id = known."raterId" JOIN "Study" s ON s.id = r."studyId"
        WHERE known."tokenHash" = ${hashRaterToken(token)}`
    : [];
  if (!rater) throw unknownRater();
  return rater;
}

/** A rater answers every few seconds, or faster. */
const keptId = keptFor<string>(5000);

/**
 * As `findRater`, for requests that need the id alone: within five seconds it is not looked up again. The id of a rater
 * who was removed meanwhile finds nothing.
 */
export async function findRaterId(token: string | undefined): Promise<string> {
  return keptId(hashRaterToken(token ?? ""), async () => (await findRater(token)).id);
}

export function unknownRater(): SemblanceError {
  return new SemblanceError("not_signed_in", "We do not know which study you are taking part in.", {
    remedy: "Open the study's invite link again.",
  });
}
