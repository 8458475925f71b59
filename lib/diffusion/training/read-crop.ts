/** Reads a square of an image file at the size that a model learns from, augmented where it is to be. */
import sharp, { type Sharp } from "sharp";
import { decodeImage } from "@/lib/images/decode-image";
import { pixelsToRgb, type RgbImage, rgbToPixels } from "../sampling/rgb-image";
import { applyAugmentations, type DrawnAugmentation, movesPixels } from "./augmentation/augment";

/** A square part of an image, in pixels of the upright image. */
export type Crop = { readonly left: number; readonly top: number; readonly sidePx: number };

type ImageFile = { readonly path: string; readonly name: string };

/** The crop, scaled to a square of `sizePx`: bicubic, antialiased where it shrinks. */
export async function readCrop(
  { path, name }: ImageFile,
  crop: Crop,
  sizePx: number,
  mirrored: boolean,
): Promise<RgbImage> {
  const { data } = await decodeImage(path, {
    name,
    edit: (image) => {
      const square = scale(
        image.extract({ left: crop.left, top: crop.top, width: crop.sidePx, height: crop.sidePx }),
        sizePx,
      );
      return mirrored ? square.flop() : square;
    },
  });
  return { widthPx: sizePx, heightPx: sizePx, data };
}

/**
 * The crop after augmentation. Pixels are moved in an image of twice the size where the file has as much, so that
 * the result is not blurred by interpolation.
 */
export async function readAugmented(
  image: ImageFile,
  crop: Crop,
  sizePx: number,
  mirrored: boolean,
  drawn: readonly DrawnAugmentation[],
): Promise<RgbImage> {
  if (drawn.length === 0) return readCrop(image, crop, sizePx, mirrored);
  const isFine = movesPixels(drawn) && crop.sidePx >= 2 * sizePx;
  const readPx = isFine ? 2 * sizePx : sizePx;
  const read = rgbToPixels(await readCrop(image, crop, readPx, mirrored));
  const moved = applyAugmentations(read, drawn, "that-move-pixels");
  const small = isFine ? rgbToPixels(await shrink(pixelsToRgb(moved, readPx), sizePx)) : moved;
  return pixelsToRgb(applyAugmentations(small, drawn, "others"), sizePx);
}

/** All of the image, its short side brought to so many pixels. */
export async function readSmall({ path, name }: ImageFile, shortSidePx: number): Promise<RgbImage> {
  const {
    data,
    width: widthPx,
    height: heightPx,
  } = await decodeImage(path, {
    name,
    edit: (image) =>
      image.resize(shortSidePx, shortSidePx, { fit: "outside", kernel: "cubic", fastShrinkOnLoad: false }),
  });
  return { data, widthPx, heightPx };
}

/** The low-resolution twin of an upsampler's image: rounded to 8 bits, as what a base model hands over. */
export async function shrink({ data, widthPx, heightPx }: RgbImage, sizePx: number): Promise<RgbImage> {
  const square = sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } });
  return { widthPx: sizePx, heightPx: sizePx, data: await scale(square, sizePx).raw().toBuffer() };
}

function scale(image: Sharp, sizePx: number): Sharp {
  return image.resize(sizePx, sizePx, { fit: "fill", kernel: "cubic", fastShrinkOnLoad: false });
}
