/** The image to be completed, and the part of it that is kept, at the side lengths that the models draw. */
import { basename } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { decodeImage, readImageHeader } from "@/lib/images/decode-image";
import { enlargeMask, type KnownImage, maskPixels } from "./known-image";
import { type RgbImage, rgbToPixels } from "./rgb-image";

/** Values of a mask's file from here on, of 0 to 255, are redrawn. */
const ERASED_FROM = 128;

export type InpaintingSource = {
  /** The largest centred square of the image, which may have any size, scaled to a side length. */
  readonly at: (sidePx: number) => Promise<RgbImage>;
  /** [sidePx · sidePx], 1 where the image is kept: a position is redrawn if any pixel of its part of the mask is. */
  readonly maskAt: (sidePx: number) => Promise<Float32Array>;
};

/**
 * An image, and a mask of the same size: white where the image is to be redrawn, black where it is kept.
 *
 * @throws SemblanceError as decodeImage; `shape_mismatch` for a mask of another size; `invalid_input` for one that
 *   erases nothing
 */
export async function openInpaintingSource(imagePath: string, maskPath: string): Promise<InpaintingSource> {
  const [image, mask] = [await readImageHeader(imagePath), await readImageHeader(maskPath)];
  if (image.widthPx !== mask.widthPx || image.heightPx !== mask.heightPx) {
    throw new SemblanceError(
      "shape_mismatch",
      `The mask ${basename(maskPath)} is ${mask.widthPx} × ${mask.heightPx} px, but the image is ${image.widthPx} × ${image.heightPx} px.`,
      { remedy: "Give a mask of the image's size: white where it is to be redrawn, black elsewhere." },
    );
  }
  const side = Math.min(image.widthPx, image.heightPx);
  const square = {
    left: Math.floor((image.widthPx - side) / 2),
    top: Math.floor((image.heightPx - side) / 2),
    width: side,
    height: side,
  };
  const whole = await decodeImage(maskPath, { edit: (each) => each.extract(square) });
  const erased = Uint8Array.from({ length: side ** 2 }, (_, at) =>
    whole.data[3 * at]! >= ERASED_FROM ? 1 : 0,
  );
  if (!erased.includes(1)) {
    throw new SemblanceError(
      "invalid_input",
      `The mask ${basename(maskPath)} erases nothing of the image's middle square.`,
      {
        remedy: "Paint the part to redraw white.",
      },
    );
  }
  return {
    async at(sidePx) {
      const { data } = await decodeImage(imagePath, {
        edit: (each) =>
          each
            .extract(square)
            .resize(sidePx, sidePx, { fit: "fill", kernel: "cubic", fastShrinkOnLoad: false }),
      });
      return { widthPx: sidePx, heightPx: sidePx, data };
    },
    maskAt: async (sidePx) => keptAt(erased, side, sidePx),
  };
}

function keptAt(erased: Uint8Array, side: number, sidePx: number): Float32Array {
  const kept = new Float32Array(sidePx ** 2).fill(1);
  for (let row = 0; row < sidePx; row++) {
    for (let column = 0; column < sidePx; column++) {
      const [top, left] = [row, column].map((at) => Math.floor((at * side) / sidePx)) as [number, number];
      const [bottom, right] = [row, column].map((at) => Math.max(1, Math.ceil(((at + 1) * side) / sidePx)));
      for (let y = top; y < bottom!; y++) {
        for (let x = left; x < right!; x++) if (erased[y * side + x] === 1) kept[row * sidePx + column] = 0;
      }
    }
  }
  return kept;
}

/**
 * What is known at the base's size, and at the upsampler's, whose mask is the base's with each position enlarged (as in
 * the notebook, so that the two agree).
 */
export async function knownImages(
  source: InpaintingSource,
  basePx: number,
  upsamplerPx: number | null,
): Promise<{ base: KnownImage; upsampler: KnownImage | null }> {
  const mask = await source.maskAt(basePx);
  const base = maskPixels(rgbToPixels(await source.at(basePx)), mask);
  if (upsamplerPx === null) return { base, upsampler: null };
  const pixels = rgbToPixels(await source.at(upsamplerPx));
  return { base, upsampler: maskPixels(pixels, enlargeMask(mask, basePx, upsamplerPx)) };
}
