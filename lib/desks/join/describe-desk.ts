/** A desk as its captioners' page names it. */
import { db } from "@/lib/platform/database/db";
import type { OpenedDesk } from "../captioner-requests";
import { unknownCaptioner } from "../unknown-captioner";

/** @throws SemblanceError `not_signed_in` for a desk that was deleted, which nobody captions any more */
export async function describeDesk(deskId: string): Promise<Omit<OpenedDesk, "firstLease">> {
  const desk = await db.desk.findUnique({ where: { id: deskId } });
  if (!desk) throw unknownCaptioner();
  const { name, language, captionLanguage, captionsPerImage, instructions } = desk;
  return { deskName: name, deskLanguage: language, captionLanguage, captionsPerImage, instructions };
}
