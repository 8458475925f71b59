/** Random square crops of captioned pictures, as training takes them. */
import { basename } from "node:path";
import sharp, { type Sharp } from "sharp";
import type { Random } from "@/lib/engine/random";
import { SemblanceError } from "@/lib/errors";
import { type RgbPicture, rgbToPixels } from "../rgb-picture";
import type { CaptionedPicture } from "./picture-captions";

export type CropSettings = {
  /** Side of the picture that the model learns to draw, in pixels. */
  readonly sizePx: number;
  /** Side of an upsampler's input, made from the same crop; null for a base model. */
  readonly lowResSizePx: number | null;
  /** The smallest crop covers this part of the picture's largest square, by area. */
  readonly cropAreaMin: number;
  /** Whether half of the crops are mirrored. */
  readonly flip: boolean;
};

export type TrainingExample = {
  readonly caption: string;
  /** [3, sizePx, sizePx] in [-1, 1]. */
  readonly pixels: Float32Array;
  /** [3, lowResSizePx, lowResSizePx] in [-1, 1], multiples of 1/127.5 (8 bits); null for a base model. */
  readonly lowResPixels: Float32Array | null;
};

type SizedPicture = CaptionedPicture & { readonly widthPx: number; readonly heightPx: number };

/** A square part of a picture, in pixels of the upright picture. */
export type Crop = { readonly left: number; readonly top: number; readonly sidePx: number };

export class TrainingPictures {
  private readonly pictures: readonly SizedPicture[];

  private constructor(pictures: readonly SizedPicture[]) {
    this.pictures = pictures;
  }

  /**
   * Reads the size of every picture.
   *
   * @throws SemblanceError `invalid_input` for an empty list or a picture without captions, `invalid_file` for a file
   *   that is no readable picture.
   */
  static async open(pictures: readonly CaptionedPicture[]): Promise<TrainingPictures> {
    if (pictures.length === 0) {
      throw new SemblanceError("invalid_input", "There are no pictures to train on.", {
        remedy: "Choose a dataset or a folder with at least one captioned picture.",
      });
    }
    const sized: SizedPicture[] = [];
    for (const picture of pictures) sized.push(await withSize(picture));
    return new TrainingPictures(sized);
  }

  get count(): number {
    return this.pictures.length;
  }

  /**
   * A random crop of picture `index` with one of its captions; a function of the picture and of `random` alone.
   *
   * @throws SemblanceError `invalid_file` if the file can no longer be read.
   */
  async draw(index: number, random: Random, settings: CropSettings): Promise<TrainingExample> {
    const picture = this.pictures[index]!;
    const caption = picture.captions[random.integer(picture.captions.length)]!;
    const crop = drawCrop(picture, random, settings.cropAreaMin);
    const mirrored = settings.flip && random.integer(2) === 1;
    const square = await readCrop(picture, crop, settings.sizePx, mirrored);
    const lowRes = settings.lowResSizePx === null ? null : await shrink(square, settings.lowResSizePx);
    return { caption, pixels: rgbToPixels(square), lowResPixels: lowRes && rgbToPixels(lowRes) };
  }

  /**
   * The largest square in the middle of the first picture that has this caption, or of the first of all, made small
   * as an upsampler's input: [3, lowResSizePx, lowResSizePx].
   */
  async lowResOf(caption: string, sizePx: number, lowResSizePx: number): Promise<Float32Array> {
    const picture = this.pictures.find(({ captions }) => captions.includes(caption)) ?? this.pictures[0]!;
    const sidePx = Math.min(picture.widthPx, picture.heightPx);
    const left = Math.floor((picture.widthPx - sidePx) / 2);
    const top = Math.floor((picture.heightPx - sidePx) / 2);
    const square = await readCrop(picture, { left, top, sidePx }, sizePx, false);
    return rgbToPixels(await shrink(square, lowResSizePx));
  }
}

/**
 * A square of `cropAreaMin` to 1 of the area of the picture's largest square, uniform in area, at a place uniform
 * over the whole picture, so that the ends of wide and tall pictures are seen too.
 */
export function drawCrop(
  { widthPx, heightPx }: { widthPx: number; heightPx: number },
  random: Random,
  cropAreaMin: number,
): Crop {
  const area = cropAreaMin + (1 - cropAreaMin) * random.uniform();
  const sidePx = Math.max(1, Math.round(Math.min(widthPx, heightPx) * Math.sqrt(area)));
  return {
    left: random.integer(widthPx - sidePx + 1),
    top: random.integer(heightPx - sidePx + 1),
    sidePx,
  };
}

async function withSize(picture: CaptionedPicture): Promise<SizedPicture> {
  const name = basename(picture.path);
  if (picture.captions.length === 0) {
    throw new SemblanceError("invalid_input", `${name} has no caption.`, {
      remedy: "Give the picture at least one caption, or leave it out.",
    });
  }
  try {
    const { autoOrient } = await sharp(picture.path).metadata();
    return { ...picture, widthPx: autoOrient.width, heightPx: autoOrient.height };
  } catch (error) {
    throw unreadablePicture(name, error);
  }
}

/** The crop, scaled to a square of `sizePx`: bicubic, antialiased where it shrinks. */
async function readCrop(
  picture: CaptionedPicture,
  crop: Crop,
  sizePx: number,
  mirrored: boolean,
): Promise<RgbPicture> {
  const square = sharp(picture.path)
    .autoOrient()
    .extract({ left: crop.left, top: crop.top, width: crop.sidePx, height: crop.sidePx });
  try {
    return await scale(mirrored ? square.flop() : square, sizePx);
  } catch (error) {
    throw unreadablePicture(basename(picture.path), error);
  }
}

/** The low-resolution twin of an upsampler's picture: rounded to 8 bits, as what a base model hands over. */
function shrink({ data, widthPx, heightPx }: RgbPicture, sizePx: number): Promise<RgbPicture> {
  return scale(sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } }), sizePx);
}

/** Transparent parts on white; grey, palette and CMYK pictures as RGB. */
async function scale(picture: Sharp, sizePx: number): Promise<RgbPicture> {
  const data = await picture
    .resize(sizePx, sizePx, { fit: "fill", kernel: "cubic", fastShrinkOnLoad: false })
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .removeAlpha()
    .raw()
    .toBuffer();
  return { widthPx: sizePx, heightPx: sizePx, data };
}

function unreadablePicture(name: string, cause: unknown): SemblanceError {
  return new SemblanceError("invalid_file", `${name} cannot be read as a picture.`, {
    remedy: "Replace the file by a whole JPEG, PNG or WebP, or leave it out.",
    cause,
  });
}
