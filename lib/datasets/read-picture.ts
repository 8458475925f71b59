/** Checks a picture file by decoding all of it. */
import sharp from "sharp";

/** GLIDE's base model draws this many pixels a side; smaller photographs would be blown up. */
export const smallestSidePx = 64;

export const pictureMediaTypes: Record<string, string> = {
  jpeg: "image/jpeg",
  png: "image/png",
  webp: "image/webp",
};

export type ReadPicture = { mediaType: string; widthPx: number; heightPx: number };

export type PictureFault = { kind: "unreadable" | "unsupported" | "tiny"; message: string; remedy: string };

/** The picture's size as it is seen (turned as its EXIF data say), or what is wrong with it. `name` is its file's. */
export async function readPicture(name: string, bytes: Buffer): Promise<ReadPicture | PictureFault> {
  try {
    const picture = sharp(bytes, { failOn: "truncated" });
    const { format, autoOrient } = await picture.metadata();
    const mediaType = pictureMediaTypes[format];
    if (!mediaType) {
      return {
        kind: "unsupported",
        message: `${name} holds a picture of type ${format}.`,
        remedy: "Convert it to JPEG, PNG or WebP.",
      };
    }
    // Reading the statistics decodes every row: a file that breaks off is found here and not in the training.
    await picture.stats();
    const { width: widthPx, height: heightPx } = autoOrient;
    if (Math.min(widthPx, heightPx) < smallestSidePx) {
      return {
        kind: "tiny",
        message: `${name} is ${widthPx} × ${heightPx} pixels.`,
        remedy: `Use a picture of at least ${smallestSidePx} pixels a side.`,
      };
    }
    return { mediaType, widthPx, heightPx };
  } catch {
    return {
      kind: "unreadable",
      message: `${name} cannot be decoded; it may be damaged or cut off.`,
      remedy: "Replace the file by an intact copy.",
    };
  }
}
