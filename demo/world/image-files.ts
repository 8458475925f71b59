/** Sets of the demo world on disk: images as files that training reads, drawn once. */
import { access, mkdir, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import sharp from "sharp";
import type { CaptionedImage } from "@/lib/diffusion/training/captioned-image";
import { type WorldImage, type WorldSet, worldImage } from "./image-sets";
import { renderImage } from "./render-image";

/**
 * Draws images 0 to count - 1 of a set into `folder`, those that are not there yet, and returns where they are.
 *
 * @param sizePx side of the files: 256, or smaller by bicubic reduction.
 * @param onProgress told how many are there, after each that had to be drawn.
 */
export async function drawImageFiles(
  set: WorldSet,
  count: number,
  place: { readonly folder: string; readonly sizePx: number },
  onProgress?: (done: number) => void,
): Promise<(CaptionedImage & { readonly image: WorldImage })[]> {
  const folder = join(place.folder, `${set}-${place.sizePx}`);
  await mkdir(folder, { recursive: true });
  let there = 0;
  return pMap(
    Array.from({ length: count }, (_, index) => worldImage(set, index)),
    async (image) => {
      const path = join(folder, `${image.name}.png`);
      const isThere = await exists(path);
      if (!isThere) await drawFile(image, path, place.sizePx);
      there++;
      if (!isThere) onProgress?.(there);
      return { path, captions: image.captions.map(({ text }) => text), image };
    },
    // Each is rasterised on a separate thread.
    { concurrency: availableParallelism() },
  );
}

/** Beside its place first, so that a kill leaves no half image. */
async function drawFile(image: WorldImage, path: string, sizePx: number): Promise<void> {
  const { data, widthPx, heightPx } = await renderImage(image.shown, image.seed);
  const partial = `${path}.${process.pid}.partial`;
  await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .resize(sizePx, sizePx, { kernel: "cubic" })
    .png({ compressionLevel: 3 })
    .toFile(partial);
  await rename(partial, path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
