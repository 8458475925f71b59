/** Random square crops of captioned images, as training takes them. */
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { readImageHeader } from "@/lib/images/decode-image";
import { isImageFault } from "@/lib/images/image-fault";
import type { LeftOutImage } from "@/lib/images/left-out";
import type { Random } from "@/lib/numerics/random";
import { type RgbImage, rgbToPixels } from "../sampling/rgb-image";
import { type DrawnAugmentation, degradationsOf } from "./augmentation/augment";
import type { CaptionSubject } from "./augmentation/augmentation";
import type { CaptionedImage } from "./captioned-image";
import { type Crop, readAugmented, readCrop, readSmall, shrink } from "./read-crop";

export type CropSettings = {
  /** Side of the image that the model learns to draw, in pixels. */
  readonly sizePx: number;
  /** Side of an upsampler's input, made from the same crop; null for a base model. */
  readonly lowResSizePx: number | null;
  /** The smallest crop covers this part of the image's largest square, by area. */
  readonly cropAreaMin: number;
  /** Whether half of the crops are mirrored. */
  readonly flip: boolean;
  /** What else happens to the image, by what its caption names; absent: nothing. */
  readonly drawAugmentations?: (named: readonly CaptionSubject[]) => readonly DrawnAugmentation[];
};

export type TrainingExample = {
  /** Number of the image. */
  readonly image: number;
  readonly caption: string;
  /** All of the image's, that one among them. */
  readonly captions: readonly string[];
  readonly augmentations: readonly DrawnAugmentation[];
  /** Words for how the image was worsened on purpose. */
  readonly degradations: readonly string[];
  /** [3, sizePx, sizePx] in [-1, 1]. */
  readonly pixels: Float32Array;
  /** [3, lowResSizePx, lowResSizePx] in [-1, 1], multiples of 1/127.5 (8 bits); null for a base model. */
  readonly lowResPixels: Float32Array | null;
};

type SizedImage = CaptionedImage & {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
};

export class TrainingImages {
  private readonly images: readonly SizedImage[];
  private readonly onLeftOut: (image: LeftOutImage) => void;
  /** Those that turned out to be damaged behind their headers. */
  private readonly damaged = new Set<SizedImage>();

  private constructor(images: readonly SizedImage[], onLeftOut: (image: LeftOutImage) => void) {
    this.images = images;
    this.onLeftOut = onLeftOut;
  }

  /**
   * Reads the size of every image. One that cannot be read is left out, now or when it is first drawn.
   *
   * @param onLeftOut called once for each such image
   * @throws SemblanceError `invalid_input` for an empty list or an image without captions, `invalid_file` where no
   *   image can be read
   */
  static async open(
    images: readonly CaptionedImage[],
    onLeftOut: (image: LeftOutImage) => void = () => {},
  ): Promise<TrainingImages> {
    if (images.length === 0) {
      throw new SemblanceError("invalid_input", "There are no images to train on.", {
        remedy: "Choose a dataset or a folder with at least one captioned image.",
      });
    }
    const sized: SizedImage[] = [];
    let lastFault: SemblanceError | undefined;
    for (const image of images) {
      const name = nameOf(image);
      if (image.captions.length === 0) {
        throw new SemblanceError("invalid_input", `${name} has no caption.`, {
          remedy: "Give the image at least one caption, or leave it out.",
        });
      }
      try {
        const { widthPx, heightPx } = await readImageHeader(image.path, name);
        sized.push({ ...image, name, widthPx, heightPx });
      } catch (error) {
        if (!isImageFault(error)) throw error;
        onLeftOut({ name, reason: error.message });
        lastFault = error;
      }
    }
    if (sized.length === 0) throw noneReadable(lastFault);
    return new TrainingImages(sized, onLeftOut);
  }

  /** The images that an epoch draws. */
  get count(): number {
    return this.images.length;
  }

  /** Of these images, those with more than one caption. */
  get pairedCount(): number {
    return this.images.filter(({ captions }) => new Set(captions).size > 1).length;
  }

  /** How often each is drawn, compared with the mean; null where all are drawn alike. */
  get weights(): readonly number[] | null {
    const isWeighted = this.images.some(({ weight }) => weight !== undefined);
    return isWeighted ? this.images.map(({ weight = 1 }) => weight) : null;
  }

  /**
   * A random crop of image `index` with one of its captions; a function of the image and of `random` alone. The
   * place of an image that can no longer be read is taken by the next one.
   *
   * @throws SemblanceError `invalid_file` if none can be read any more
   */
  async draw(index: number, random: Random, settings: CropSettings): Promise<TrainingExample> {
    let lastFault: SemblanceError | undefined;
    for (let offset = 0; offset < this.count; offset++) {
      const number = (index + offset) % this.count;
      const image = this.images[number]!;
      // Chosen even of an image that is known to be damaged: a continued run meets the same numbers.
      const chosen = random.integer(image.captions.length);
      const caption = image.captions[chosen]!;
      const crop = drawCrop(image, random, settings.cropAreaMin);
      const mirrored = settings.flip && random.integer(2) === 1;
      if (this.damaged.has(image)) continue;
      try {
        const augmentations = settings.drawAugmentations?.(image.subjects?.[chosen] ?? []) ?? [];
        const square = await readAugmented(image, crop, settings.sizePx, mirrored, augmentations);
        const lowRes = settings.lowResSizePx === null ? null : await shrink(square, settings.lowResSizePx);
        return {
          image: number,
          caption,
          captions: image.captions,
          augmentations,
          degradations: degradationsOf(augmentations),
          pixels: rgbToPixels(square),
          lowResPixels: lowRes && rgbToPixels(lowRes),
        };
      } catch (error) {
        lastFault = this.leaveOut(image, error);
      }
    }
    throw noneReadable(lastFault);
  }

  /**
   * All of image `index`, its short side brought to so many pixels; null where it cannot be read any more.
   */
  async readWhole(
    index: number,
    shortSidePx: number,
  ): Promise<{ name: string; sha256: string | null; image: RgbImage } | null> {
    const image = this.images[index]!;
    if (this.damaged.has(image)) return null;
    try {
      const { name, sha256 = null } = image;
      return { name, sha256, image: await readSmall(image, shortSidePx) };
    } catch (error) {
      this.leaveOut(image, error);
      return null;
    }
  }

  private leaveOut(image: SizedImage, error: unknown): SemblanceError {
    if (!isImageFault(error)) throw error;
    if (!this.damaged.has(image)) this.onLeftOut({ name: image.name, reason: error.message });
    this.damaged.add(image);
    return error;
  }

  /**
   * The largest square in the middle of the first image that has this caption, or of the first of all, made small
   * as an upsampler's input: [3, lowResSizePx, lowResSizePx].
   */
  async lowResOf(caption: string, sizePx: number, lowResSizePx: number): Promise<Float32Array> {
    const described = this.images.find(({ captions }) => captions.includes(caption));
    let lastFault: SemblanceError | undefined;
    for (const image of [...(described ? [described] : []), ...this.images]) {
      if (this.damaged.has(image)) continue;
      const sidePx = Math.min(image.widthPx, image.heightPx);
      const left = Math.floor((image.widthPx - sidePx) / 2);
      const top = Math.floor((image.heightPx - sidePx) / 2);
      try {
        const square = await readCrop(image, { left, top, sidePx }, sizePx, false);
        return rgbToPixels(await shrink(square, lowResSizePx));
      } catch (error) {
        lastFault = this.leaveOut(image, error);
      }
    }
    throw noneReadable(lastFault);
  }
}

/**
 * A square of `cropAreaMin` to 1 of the area of the image's largest square, uniform in area, at a place uniform
 * over the whole image, so that the ends of wide and tall images are seen too.
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

function nameOf({ name, path }: CaptionedImage): string {
  return name ?? basename(path);
}

function noneReadable(cause: SemblanceError | undefined): SemblanceError {
  return new SemblanceError("invalid_file", `None of the images can be read: ${cause?.message}`, {
    remedy: "Replace the files with intact images.",
    cause,
  });
}
