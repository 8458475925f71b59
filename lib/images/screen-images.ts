/** Renders an image for the pages of the dashboard, at its own size and smaller. */
import sharp, { type Sharp } from "sharp";
import { decodeImage, type ImageSource, readImageHeader } from "./decode-image";
import type { RgbImage } from "./pixels";
import type { ScreenImage, ScreenImages } from "./screen-image";

/** The format has 14 bits for each side. */
const longestWebpPx = 16_383;

/**
 * Smaller images are WebP. The file itself serves where every browser shows it as `decodeImage` reads it; what is
 * transparent, animated, or turned by EXIF data outside JPEG is a PNG, so that a page's colour does not show through what
 * everything else sees on white, and nothing moves that is measured at rest.
 *
 * @param name what messages call it
 * @throws SemblanceError as `decodeImage`
 */
export async function renderScreenImages(
  source: ImageSource,
  sidesPx: readonly number[],
  name?: string,
): Promise<ScreenImages> {
  const { isPlain, widthPx, heightPx } = await readImageHeader(source, name);
  const shortPx = Math.min(widthPx, heightPx);
  const smaller = sidesPx.filter((sidePx) => sidePx < shortPx).sort((a, b) => b - a);
  const bySidePx = new Map<number, ScreenImage | null>(sidesPx.map((sidePx) => [sidePx, null]));
  let larger: RgbImage | null = null;
  for (const sidePx of smaller) {
    // Each from the one before: the file is decoded once, with a decoder that reduces as it reads where there is one.
    const reduced: RgbImage = larger
      ? await reduce(larger, sidePx)
      : await decodeImage(source, {
          name,
          edit: (image) => image.resize(sidePx, sidePx, { fit: "outside" }),
        });
    bySidePx.set(sidePx, await encodeSmaller(reduced));
    larger = reduced;
  }
  return { whole: isPlain ? null : await encode(await decodeImage(source, { name }), "png"), bySidePx };
}

/**
 * Encoded from its pixels alone, so that nothing of the file's metadata is in it.
 *
 * @param sidePx its shorter side at most; smaller images keep their size
 * @throws SemblanceError as `decodeImage`
 */
export async function renderBareImage(
  source: ImageSource,
  sidePx: number,
  name?: string,
): Promise<ScreenImage> {
  const edit = (image: Sharp) => image.resize(sidePx, sidePx, { fit: "outside", withoutEnlargement: true });
  const image = await decodeImage(source, { name, edit });
  return encodeSmaller(image);
}

function encodeSmaller(image: RgbImage): Promise<ScreenImage> {
  return encode(image, Math.max(image.width, image.height) > longestWebpPx ? "png" : "webp");
}

async function reduce({ data, width, height }: RgbImage, sidePx: number): Promise<RgbImage> {
  const reduced = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(sidePx, sidePx, { fit: "outside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: reduced.data, width: reduced.info.width, height: reduced.info.height };
}

async function encode(image: RgbImage, format: "webp" | "png"): Promise<ScreenImage> {
  const { data, width, height } = image;
  const pixels = sharp(data, { raw: { width, height, channels: 3 } });
  const bytes = await (format === "webp" ? pixels.webp({ quality: 82 }) : pixels.png()).toBuffer();
  return { bytes, mediaType: `image/${format}`, widthPx: width, heightPx: height };
}
