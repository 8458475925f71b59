/** Reads a registered picture for the screen, at its own size or smaller. */
import sharp from "sharp";
import { db } from "@/lib/db";
import { SemblanceError } from "@/lib/errors";
import { sha256Pattern } from "./blob-store";
import { readBlob } from "./store-blob";

/** Sides that may be asked for; a few, so that browsers find what they have already. */
export const renditionSidesPx = [128, 256, 512] as const;

export type RenditionSidePx = (typeof renditionSidesPx)[number];

/**
 * @param sidePx a rendition whose shorter side is this long, as WebP; the bytes as stored where absent, or where the
 * picture is no larger (so that a model's small pictures arrive exactly as drawn)
 * @throws SemblanceError `not_found` for anything that is not registered as a picture
 */
export async function renderPicture(
  sha256: string,
  sidePx?: RenditionSidePx,
): Promise<{ bytes: Buffer; mediaType: string }> {
  const blob = sha256Pattern.test(sha256) ? await db.blob.findUnique({ where: { sha256 } }) : null;
  if (!blob?.mediaType.startsWith("image/")) {
    throw new SemblanceError("not_found", "There is no such picture.");
  }
  const bytes = await readBlob(sha256);
  const shortSidePx = blob.widthPx && blob.heightPx ? Math.min(blob.widthPx, blob.heightPx) : null;
  if (sidePx === undefined || (shortSidePx !== null && shortSidePx <= sidePx)) {
    return { bytes, mediaType: blob.mediaType };
  }
  const rendition = await sharp(bytes)
    .rotate()
    .resize(sidePx, sidePx, { fit: "outside", withoutEnlargement: true })
    .webp({ quality: 82 })
    .toBuffer();
  return { bytes: rendition, mediaType: "image/webp" };
}
