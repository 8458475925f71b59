/**
 * The one decoder of image files: what is accepted, and how it becomes pixels, is the same in imports, training,
 * studies, thumbnails, evaluations and figures.
 */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import sharp, { type Sharp } from "sharp";
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import { isImageFault } from "./image-fault";
import { imageFormatNames, imageMediaTypes } from "./image-formats";
import type { ImageHeader } from "./image-header";
import type { RgbImage } from "./pixels";
import { sniffFormat } from "./sniff-format";

/** A path, or a file's bytes. */
export type ImageSource = string | Uint8Array;

/**
 * "error" refuses a file that breaks off or cannot be decoded, and takes one that the decoder only warns of, such as
 * a JPEG with stray bytes between its segments; browsers and Pillow do the same. "warning" refuses that too.
 */
type Strictness = "error" | "warning";

const decodeTimeoutS = 120;
// No image is decoded twice by the same steps, so that libvips would only keep memory.
sharp.cache(false);

/** Browsers show no TIFF, and older ones no AVIF. */
const shownEverywhere: ReadonlySet<string> = new Set(["jpeg", "png", "webp", "gif"]);

/** What is transparent shows white, the colour of paper, wherever an image is looked at, learnt or measured. */
const ground = "#ffffff";

/**
 * The first frame of an image file as 8-bit sRGB: turned upright by its EXIF orientation, an embedded
 * colour profile applied, grey and CMYK converted, 16 bits reduced to 8, transparent parts on white.
 *
 * @param name what to call the file in messages; the path's last part where none is given
 * @param edit crops and scales the upright image
 * @throws SemblanceError `not_found`, `unsupported_file` (another format), `too_large` (more pixels than
 *   SEMBLANCE_MEGAPIXELS allows), `invalid_file` (damaged)
 */
export async function decodeImage(
  source: ImageSource,
  { name, edit = (image) => image }: { name?: string | undefined; edit?: (image: Sharp) => Sharp } = {},
): Promise<RgbImage> {
  return withFile(source, name, async (bytes, label) => {
    await readHeader(bytes, label);
    return decode(bytes, edit, "error");
  });
}

/**
 * Format and size without decoding the pixels.
 *
 * @throws SemblanceError as `decodeImage`, except that damage behind the header is not found
 */
export async function readImageHeader(source: ImageSource, name?: string): Promise<ImageHeader> {
  return withFile(source, name, readHeader);
}

/**
 * Decodes all of a file, as every later use does.
 *
 * @returns its header, and whether the decoder warns of something. Of what is not said: libvips keeps its warnings for all
 *   images together, so that the words may be another image's.
 * @throws SemblanceError as `decodeImage`
 */
export async function checkImage(
  source: ImageSource,
  name?: string,
): Promise<ImageHeader & { readonly isFlawed: boolean }> {
  return withFile(source, name, async (bytes, label) => {
    const header = await readHeader(bytes, label);
    // A few pixels are kept; all are decoded for them.
    const shrink = (image: Sharp) => image.resize(8, 8, { fit: "fill", fastShrinkOnLoad: false });
    try {
      await decode(bytes, shrink, "warning");
      return { ...header, isFlawed: false };
    } catch {
      await decode(bytes, shrink, "error");
      return { ...header, isFlawed: true };
    }
  });
}

async function withFile<Result>(
  source: ImageSource,
  name: string | undefined,
  read: (bytes: Uint8Array, label: string) => Promise<Result>,
): Promise<Result> {
  const label = name ?? (typeof source === "string" ? basename(source) : "The image");
  try {
    // Bytes, not the path: libvips keeps what it once read under a path, and takes brackets in it for options.
    return await read(typeof source === "string" ? await readFile(source) : source, label);
  } catch (error) {
    throw describeFailure(error, label);
  }
}

function open(bytes: Uint8Array, strictness: Strictness): Sharp {
  return sharp(bytes, { limitInputPixels: env().largestImagePixels, failOn: strictness, pages: 1 });
}

async function readHeader(bytes: Uint8Array, label: string): Promise<ImageHeader> {
  const format = sniffFormat(bytes);
  if (format === null) throw notAnImage(label);
  const mediaType = imageMediaTypes[format];
  if (mediaType === undefined) {
    throw new SemblanceError("unsupported_file", `${label} holds an image of type ${format}.`, {
      remedy: "Convert it to JPEG or PNG.",
      details: { format },
    });
  }
  const { width, height, autoOrient, hasAlpha, orientation, pages, space } = await open(
    bytes,
    "error",
  ).metadata();
  if (width * height > env().largestImagePixels) throw tooLarge(label);
  // Browsers turn JPEG files by their EXIF data, and not all turn the others.
  const isUpright = format === "jpeg" || (orientation ?? 1) === 1;
  const frameCount = pages ?? 1;
  const isPlain =
    shownEverywhere.has(format) && !hasAlpha && frameCount === 1 && isUpright && space !== "cmyk";
  return { mediaType, widthPx: autoOrient.width, heightPx: autoOrient.height, frameCount, isPlain };
}

/** @param bytes whose header has been read: what it says decides whether they are decoded at all */
async function decode(
  bytes: Uint8Array,
  edit: (image: Sharp) => Sharp,
  strictness: Strictness,
): Promise<RgbImage> {
  const { data, info } = await edit(open(bytes, strictness).autoOrient())
    .flatten({ background: ground })
    .toColourspace("srgb")
    .removeAlpha()
    .timeout({ seconds: decodeTimeoutS })
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: toRgb(data, info.channels) };
}

/** Grey images come with one channel. */
function toRgb(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0; i < data.length / channels; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return rgb;
}

/** What the system says of files that it does not give the bytes of; anything else is no fault of the file. */
const unreadableCodes = new Set([
  "EACCES",
  "EIO",
  "EISDIR",
  "ELOOP",
  "ENOTDIR",
  "EPERM",
  "ERR_FS_FILE_TOO_LARGE",
]);

function describeFailure(error: unknown, label: string): unknown {
  if (error instanceof SemblanceError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOENT") {
    return new SemblanceError("not_found", `${label} does not exist.`, {
      remedy: "Check the path.",
      cause: error,
    });
  }
  if (code !== undefined && unreadableCodes.has(code)) {
    return new SemblanceError("invalid_file", `${label} cannot be opened.`, {
      remedy: "Check that it is a file, and that the user that runs Semblance is allowed to read it.",
      cause: error,
    });
  }
  if (code !== undefined) return error;
  if (/pixel limit/i.test(text)) return tooLarge(label, error);
  if (/^timeout/i.test(text)) {
    return new SemblanceError("too_large", `${label} takes more than ${decodeTimeoutS} s to decode.`, {
      remedy: "Reduce it, or save it in another format.",
      cause: error,
    });
  }
  if (/unsupported image format|buffer is empty/i.test(text)) {
    return notAnImage(label, error);
  }
  return new SemblanceError(
    "invalid_file",
    `${label} is damaged or truncated: it cannot be decoded completely.`,
    {
      remedy: "Replace it with an intact copy.",
      cause: error,
    },
  );
}

function notAnImage(label: string, cause?: unknown): SemblanceError {
  return new SemblanceError("unsupported_file", `${label} is not a readable image.`, {
    remedy: `Use a ${imageFormatNames} file; an empty or renamed file is not one.`,
    cause,
  });
}

function tooLarge(label: string, cause?: unknown): SemblanceError {
  return new SemblanceError(
    "too_large",
    `${label} has more than ${env().largestImagePixels / 1e6} megapixels.`,
    { remedy: "Reduce it, or raise the limit with the setting SEMBLANCE_MEGAPIXELS.", cause },
  );
}

/** What keeps a file from being decoded; null where nothing does. */
export async function findImageFault(source: ImageSource, name?: string): Promise<SemblanceError | null> {
  try {
    await checkImage(source, name);
    return null;
  } catch (error) {
    if (isImageFault(error)) return error;
    throw error;
  }
}
