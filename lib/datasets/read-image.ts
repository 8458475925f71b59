/** Checks an image file by decoding all of it, in a process of its own. */
import type { SemblanceError } from "@/lib/errors";
import { isImageFault } from "@/lib/images/image-fault";
import { workOnImage } from "@/lib/platform/image-process/image-worker";

/** GLIDE's base model draws this many pixels a side; smaller photographs would be blown up. */
export const smallestSidePx = 64;

export type ReadImage = {
  mediaType: string;
  widthPx: number;
  heightPx: number;
  frameCount: number;
  /** Whether the decoder warns of something. */
  isFlawed: boolean;
};

export type ImageFault = {
  kind: "unreadable" | "unsupported" | "tiny" | "too-large";
  message: string;
  remedy: string;
};

/** The image's size as it is seen (turned as its EXIF data say), or what is wrong with it. `name` is its file's. */
export async function readImage(name: string, bytes: Buffer): Promise<ReadImage | ImageFault> {
  try {
    const { mediaType, widthPx, heightPx, frameCount, isFlawed } = await workOnImage(
      { bytes, name },
      "check",
      null,
    );
    if (Math.min(widthPx, heightPx) < smallestSidePx) {
      return {
        kind: "tiny",
        message: `${name} is ${widthPx} × ${heightPx} pixels.`,
        remedy: `Use an image of at least ${smallestSidePx} pixels on each side.`,
      };
    }
    return { mediaType, widthPx, heightPx, frameCount, isFlawed };
  } catch (error) {
    if (!isImageFault(error)) throw error;
    return { kind: kindOf(error), message: error.message, remedy: error.remedy ?? "" };
  }
}

function kindOf({ code, details }: SemblanceError): ImageFault["kind"] {
  if (code === "too_large") return "too-large";
  return code === "unsupported_file" && details?.format !== undefined ? "unsupported" : "unreadable";
}
