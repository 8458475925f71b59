/** Renders an image so that nothing but its content reveals its origin. */
import sharp from "sharp";
import { type BlindFit, blindSize } from "./blind-fit";
import { decodeImage, type ImageSource, readImageHeader } from "./decode-image";

/** The part of the square that an image fitted into it leaves empty. */
const surround = "#808080";

/**
 * An image as every rater of a study receives it, by the study's side and fit: 8-bit sRGB without alpha or metadata, as
 * a PNG with stored (uncompressed) rows. Without compression the file's length depends on the size alone, so that
 * neither length nor codec separates photographs from generated images. At its own aspect an image has a size of its
 * own; nothing hides that.
 *
 * @param name what messages call it
 * @throws SemblanceError as `decodeImage`
 */
export async function renderBlindImage(
  source: ImageSource,
  { sizePx, fit }: { sizePx: number; fit: BlindFit },
  name?: string,
): Promise<{ png: Buffer; widthPx: number; heightPx: number }> {
  const size = blindSize(fit, sizePx, fit === "area" ? await readImageHeader(source, name) : square(sizePx));
  const { data, width, height } = await decodeImage(source, {
    name,
    edit: (image) =>
      image.resize(size.widthPx, size.heightPx, {
        fit: fit === "crop" ? "cover" : fit === "fit" ? "contain" : "fill",
        position: "centre",
        kernel: "lanczos3",
        background: surround,
      }),
  });
  // Encoded from bare pixels: nothing of the source (profile, EXIF, density) can travel along.
  const png = await sharp(data, { raw: { width, height, channels: 3 } })
    .toColourspace("srgb")
    .png({ compressionLevel: 0, adaptiveFiltering: false, palette: false })
    .toBuffer();
  return { png, ...size };
}

function square(sidePx: number) {
  return { widthPx: sidePx, heightPx: sidePx };
}
