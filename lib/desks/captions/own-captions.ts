/** What a captioner has done so far, so that they can go back to it. */
import { SemblanceError } from "@/lib/errors";
import { db } from "@/lib/platform/database/db";
import type { CaptionItem } from "../captioner-requests";
import { readItems } from "../share/lease-images";

/** More would be a long way to scroll on a phone. */
const mostShown = 200;

/** The latest first. */
export async function listOwnCaptions(captionerId: string): Promise<CaptionItem[]> {
  const captioner = await db.captioner.findUnique({ where: { id: captionerId }, include: { desk: true } });
  const tasks = await db.captionTask.findMany({
    where: { captionerId, state: { not: "LEASED" } },
    orderBy: [{ leasedAt: "desc" }, { id: "desc" }],
    take: mostShown,
    select: { id: true },
  });
  const ids = tasks.map(({ id }) => id);
  const items = await readItems(db, ids, captioner?.desk.showsDrafts ?? false);
  return items.sort((a, b) => ids.indexOf(a.taskId) - ids.indexOf(b.taskId));
}

/**
 * The image behind a token that a captioner was given.
 *
 * @returns its SHA-256
 * @throws SemblanceError `not_found` for a token that is not this captioner's
 */
export async function findCaptionerImage(captionerId: string, imageToken: string): Promise<string> {
  const task = await db.captionTask.findFirst({
    where: { imageToken, captionerId },
    select: { deskImage: { select: { image: { select: { blobSha256: true } } } } },
  });
  const sha256 = task?.deskImage.image.blobSha256;
  if (!sha256) throw new SemblanceError("not_found", "There is no such image.");
  return sha256;
}
