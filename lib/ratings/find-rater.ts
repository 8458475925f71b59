/** The rater behind a cookie. */
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { hashRaterToken } from "./join-study";

/**
 * @param token the cookie's value
 * @throws SemblanceError `not_signed_in` for an unknown token, `forbidden` for an excluded rater
 */
export async function findRater(token: string | undefined) {
  const rater = token
    ? await db.rater.findUnique({
        where: { tokenHash: hashRaterToken(token) },
        include: {
          study: { select: { id: true, name: true, instructions: true, state: true, itemsPerRater: true } },
        },
      })
    : null;
  if (!rater) {
    throw new SemblanceError("not_signed_in", "We do not know which study you are in.", {
      remedy: "Open the study's invite link again.",
    });
  }
  if (rater.excludedAt) {
    throw new SemblanceError("forbidden", "You cannot go on in this study.", {
      remedy: "Ask the people who invited you.",
    });
  }
  return rater;
}
