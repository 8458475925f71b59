/** Renders a picture so that nothing but its content tells where it comes from. */
import sharp from "sharp";
import { SemblanceError } from "@/lib/errors";

/**
 * A picture as every rater of a study receives it: the centred square, `sizePx` on a side, 8-bit sRGB without alpha
 * or metadata, as a PNG with stored (uncompressed) rows. Without compression the file's length depends on `sizePx`
 * alone, so that neither size nor codec separates photographs from generated pictures.
 */
export async function renderBlindPicture(source: string | Buffer, sizePx: number): Promise<Buffer> {
  try {
    const pixels = await sharp(source)
      .rotate()
      .flatten({ background: "#ffffff" })
      .resize(sizePx, sizePx, { fit: "cover", position: "centre", kernel: "lanczos3" })
      .toColourspace("srgb")
      .removeAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    // Encoded from bare pixels: nothing of the source (profile, EXIF, density) can travel along.
    return await sharp(pixels.data, { raw: pixels.info })
      .toColourspace("srgb")
      .png({ compressionLevel: 0, adaptiveFiltering: false, palette: false })
      .toBuffer();
  } catch (cause) {
    throw new SemblanceError("invalid_file", "A picture of this study cannot be decoded.", {
      remedy: "Import its dataset or sample it again, then open the study.",
      cause,
    });
  }
}
