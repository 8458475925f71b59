/** Decodes picture files of every common kind into 8-bit sRGB. */
import { basename } from "node:path";
import sharp from "sharp";
import { SemblanceError } from "@/lib/errors";
import type { Picture } from "./picture";

/** Endings of the files that folders are searched for. */
export const pictureExtensions: ReadonlySet<string> = new Set([".png", ".jpg", ".jpeg", ".webp"]);

/** 100 megapixels, 300 MB decoded: more than any camera's, and little enough for a small machine. */
const LARGEST_PIXELS = 100_000_000;
const DECODE_TIMEOUT_S = 20;
const decodableFormats: ReadonlySet<string> = new Set(["png", "jpeg", "webp"]);

/**
 * The first frame of a PNG, JPEG or WebP file as 8-bit sRGB: turned upright by its EXIF orientation, grey and CMYK
 * converted, 16 bits reduced to 8, an embedded colour profile applied, alpha dropped (as Pillow's convert("RGB")).
 *
 * @param source a path, or the file's bytes
 * @param name what to call it in messages; the path's last part where none is given
 * @throws SemblanceError `not_found`, `unsupported_file` (another format), `too_large`, `invalid_file` (damaged)
 */
export async function decodePicture(source: string | Uint8Array, name?: string): Promise<Picture> {
  const label = name ?? (typeof source === "string" ? basename(source) : "The picture");
  try {
    const image = sharp(source, { limitInputPixels: LARGEST_PIXELS, failOn: "error", pages: 1 });
    const { format, width, height } = await image.metadata();
    if (!decodableFormats.has(format)) {
      throw new SemblanceError("unsupported_file", `${label} is a ${format} file.`, {
        remedy: "Convert it to PNG, JPEG or WebP.",
      });
    }
    if (width * height > LARGEST_PIXELS) throw tooLarge(label);
    const { data, info } = await image
      .autoOrient()
      .toColourspace("srgb")
      .removeAlpha()
      .timeout({ seconds: DECODE_TIMEOUT_S })
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: rgbOf(data, info.channels) };
  } catch (error) {
    throw describeFailure(error, label);
  }
}

function rgbOf(data: Buffer, channels: number): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const rgb = new Uint8Array((data.length / channels) * 3);
  for (let i = 0; i < data.length / channels; i++) rgb.fill(data[i * channels]!, i * 3, i * 3 + 3);
  return rgb;
}

function describeFailure(error: unknown, label: string): SemblanceError {
  if (error instanceof SemblanceError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (/^Input file is missing/.test(text)) {
    return new SemblanceError("not_found", `${label} does not exist.`, {
      remedy: "Check the path.",
      cause: error,
    });
  }
  if (/pixel limit/i.test(text)) return tooLarge(label, error);
  if (/unsupported image format/i.test(text)) {
    return new SemblanceError("unsupported_file", `${label} is not a picture that can be read.`, {
      remedy: "Give a PNG, JPEG or WebP file; an empty or renamed file is none.",
      cause: error,
    });
  }
  return new SemblanceError("invalid_file", `${label} is damaged: it cannot be decoded to its end.`, {
    remedy: "Export or download it again.",
    cause: error,
  });
}

function tooLarge(label: string, cause?: unknown): SemblanceError {
  return new SemblanceError("too_large", `${label} has more than ${LARGEST_PIXELS / 1e6} megapixels.`, {
    remedy: "Reduce it before using it.",
    cause,
  });
}
