/** What a link to a desk shows before its visitor has begun. */
import { createHash } from "node:crypto";
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";

/** Of a personal link's token, in lower-case hex. */
export function hashPersonalLink(token: string): string {
  return createHash("sha256").update(`desk link ${token}`).digest("hex");
}

/**
 * By the desk's own link, or by one that was made for one person.
 *
 * @throws SemblanceError `not_found` for a link of no desk, and one that was revoked
 */
export async function getDeskInvitation(token: string) {
  const [byDesk, person] = await Promise.all([
    db.desk.findUnique({ where: { linkToken: token } }),
    db.captioner.findUnique({ where: { linkHash: hashPersonalLink(token) }, include: { desk: true } }),
  ]);
  const desk = byDesk ?? (person?.revokedAt === null ? person.desk : null);
  if (!desk) {
    throw new SemblanceError("not_found", "This link does not belong to any captioning desk.", {
      remedy: "Check that you copied the whole link, or ask for a new one.",
    });
  }
  return {
    deskId: desk.id,
    name: desk.name,
    instructions: desk.instructions,
    language: desk.language,
    share: desk.share,
    captionsPerImage: desk.captionsPerImage,
    isClosed: desk.state === "CLOSED",
    /** For whom the link was made; null for the desk's own. */
    person: byDesk ? null : { id: person!.id, name: person!.name },
  };
}
