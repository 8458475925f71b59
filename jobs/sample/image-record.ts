/** What a sampled image's PNG says of itself: everything that decided it. */
import sharp from "sharp";
import type { ModelOptions } from "@/lib/diffusion/model/model-options";
import type { RgbImage } from "@/lib/diffusion/sampling/rgb-image";
import type { SampledImage } from "@/lib/diffusion/sampling/sample-image";
import { addPngText, readPngText } from "@/lib/images/png-text";

/** A model as an image's record names it. */
export type RecordedModel = {
  /** Of the weights file, in hexadecimal. */
  readonly sha256: string;
  readonly options: ModelOptions;
  /** Which set of weights, where the file holds several. */
  readonly key?: string;
  /** Adapters that were merged into it, by the SHA-256 of their files. */
  readonly loras?: readonly { readonly sha256: string; readonly scale: number }[];
};

/** A noised CLIP as an image's record names it: the SHA-256 of its encoders' files, in hexadecimal. */
export type RecordedClip = { readonly imageSha256: string; readonly textSha256: string };

/** The image can be redrawn from the weights files with these hashes. */
export type ImageRecord = SampledImage["record"] & {
  /** Only of an image that was completed: the files that were given, by SHA-256. */
  readonly inpaint?: { readonly imageSha256: string; readonly maskSha256: string };
  readonly software: { readonly name: "semblance"; readonly version: string };
  readonly models: {
    readonly base: RecordedModel;
    readonly upsampler: RecordedModel | null;
    /** Only of images that it guided. */
    readonly clip?: RecordedClip;
  };
};

const keyword = "semblance";

export function encodePng({ data, widthPx, heightPx }: RgbImage): Promise<Buffer> {
  return sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toBuffer();
}

/** The image as PNG, with the record as a text of its own. */
export async function encodeImage(image: RgbImage, record: ImageRecord): Promise<Buffer> {
  return addPngText(await encodePng(image), keyword, JSON.stringify(record));
}

/** The record that a PNG carries, or null. */
export function readImageRecord(png: Buffer): ImageRecord | null {
  const text = readPngText(png, keyword);
  return text === null ? null : JSON.parse(text);
}
