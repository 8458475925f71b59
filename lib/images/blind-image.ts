/** Renders an image so that nothing but its content tells where it comes from. */
import sharp from "sharp";
import { decodeImage, type ImageSource } from "./decode-image";

/**
 * An image as every rater of a study receives it: the centred square, `sizePx` on a side, 8-bit sRGB without alpha
 * or metadata, as a PNG with stored (uncompressed) rows. Without compression the file's length depends on `sizePx`
 * alone, so that neither size nor codec separates photographs from generated images.
 *
 * @param name what messages call it
 * @throws SemblanceError as `decodeImage`
 */
export async function renderBlindImage(source: ImageSource, sizePx: number, name?: string): Promise<Buffer> {
  const { data, width, height } = await decodeImage(source, {
    name,
    edit: (image) => image.resize(sizePx, sizePx, { fit: "cover", position: "centre", kernel: "lanczos3" }),
  });
  // Encoded from bare pixels: nothing of the source (profile, EXIF, density) can travel along.
  return sharp(data, { raw: { width, height, channels: 3 } })
    .toColourspace("srgb")
    .png({ compressionLevel: 0, adaptiveFiltering: false, palette: false })
    .toBuffer();
}
