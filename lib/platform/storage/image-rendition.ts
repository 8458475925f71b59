/** Reads a registered image for the screen, at its own size or smaller. */
import sharp from "sharp";
import { SemblanceError } from "@/lib/errors";
import { decodeImage, readImageHeader } from "@/lib/images/decode-image";
import { db } from "@/lib/platform/database/db";
import { sha256Pattern } from "./blob-store";
import { readBlob } from "./store-blob";

/** Sides that may be asked for; a few, so that browsers find what they have already. */
export const renditionSidesPx = [128, 256, 512] as const;

export type RenditionSidePx = (typeof renditionSidesPx)[number];

/**
 * @param sidePx a rendition whose shorter side is this long, as WebP; the bytes as stored where absent, or where the
 * image is no larger (so that a model's small images arrive exactly as drawn); what is transparent, animated or
 * turned by EXIF data outside JPEG as `decodeImage` reads it, as PNG
 * @throws SemblanceError `not_found` for anything that is not registered as an image; as `decodeImage`
 */
export async function renderImage(
  sha256: string,
  sidePx?: RenditionSidePx,
): Promise<{ bytes: Buffer; mediaType: string }> {
  const blob = sha256Pattern.test(sha256) ? await db.blob.findUnique({ where: { sha256 } }) : null;
  if (!blob?.mediaType.startsWith("image/")) {
    throw new SemblanceError("not_found", "There is no such image.");
  }
  const bytes = await readBlob(sha256);
  const shortSidePx = blob.widthPx && blob.heightPx ? Math.min(blob.widthPx, blob.heightPx) : null;
  const isLarger = sidePx !== undefined && (shortSidePx === null || shortSidePx > sidePx);
  const { isPlain } = await readImageHeader(bytes);
  // A page's colour must not show through what everything else sees on white, nor move what is measured at rest.
  if (!isLarger && isPlain) return { bytes, mediaType: blob.mediaType };
  const { data, width, height } = await decodeImage(bytes, {
    edit: (image) =>
      isLarger ? image.resize(sidePx, sidePx, { fit: "outside", withoutEnlargement: true }) : image,
  });
  const rendition = sharp(data, { raw: { width, height, channels: 3 } });
  return isLarger
    ? { bytes: await rendition.webp({ quality: 82 }).toBuffer(), mediaType: "image/webp" }
    : { bytes: await rendition.png().toBuffer(), mediaType: "image/png" };
}
