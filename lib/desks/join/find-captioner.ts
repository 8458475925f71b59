/** The captioner behind a cookie. */
import { db } from "@/lib/platform/database/db";
import { keptFor } from "@/lib/platform/server/kept-for";
import { hashRaterToken } from "@/lib/rating/join/rater-token";
import { unknownCaptioner } from "../unknown-captioner";

/**
 * @param token the cookie's value; a captioner's cookie is made and read as a rater's, under the id of the desk
 * @throws SemblanceError `not_signed_in` for an unknown token, one of another desk, and a person who was removed
 */
export async function findCaptioner(token: string | undefined, deskId: string) {
  const session = token
    ? await db.captionerSession.findUnique({
        where: { tokenHash: hashRaterToken(token) },
        include: { captioner: { include: { desk: true } } },
      })
    : null;
  const captioner = session?.captioner;
  if (!captioner || captioner.deskId !== deskId || captioner.revokedAt !== null) throw unknownCaptioner();
  return captioner;
}

const keptId = keptFor<string>(2000);

/** As `findCaptioner`, for requests that need the id alone: within two seconds it is not looked up again. */
export async function findCaptionerId(token: string | undefined, deskId: string): Promise<string> {
  return keptId(
    `${deskId} ${hashRaterToken(token ?? "")}`,
    async () => (await findCaptioner(token, deskId)).id,
  );
}
