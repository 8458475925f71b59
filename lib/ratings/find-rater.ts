/** The rater behind a cookie. */
import { queryPrepared } from "@/lib/database/prepared-transaction";
import { SemblanceError } from "@/lib/errors";
import { hashRaterToken } from "./join-study";

export type KnownRater = {
  id: string;
  study: { id: string; name: string; instructions: string; language: string };
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
                                        'language', s.language) AS study
        FROM "Rater" r JOIN "Study" s ON s.id = r."studyId" WHERE r."tokenHash" = ${hashRaterToken(token)}`
    : [];
  if (!rater) {
    throw new SemblanceError("not_signed_in", "We do not know which study you are in.", {
      remedy: "Open the study's invite link again.",
    });
  }
  return rater;
}
