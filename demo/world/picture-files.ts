/** Sets of the demo world on disk: images as files that training reads, drawn once. */
import { access, mkdir, rename } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import pMap from "p-map";
import sharp from "sharp";
import type { CaptionedPicture } from "@/lib/diffusion/training/captioned-picture";
import { type WorldPicture, type WorldSet, worldPicture } from "./picture-sets";
import { renderPicture } from "./render-picture";

/**
 * Draws images 0 to count - 1 of a set into `folder`, those that are not there yet, and returns where they lie.
 *
 * @param sizePx side of the files: 256, or smaller by bicubic reduction.
 * @param onProgress told how many are there, after each that had to be drawn.
 */
export async function drawPictureFiles(
  set: WorldSet,
  count: number,
  place: { readonly folder: string; readonly sizePx: number },
  onProgress?: (done: number) => void,
): Promise<(CaptionedPicture & { readonly picture: WorldPicture })[]> {
  const folder = join(place.folder, `${set}-${place.sizePx}`);
  await mkdir(folder, { recursive: true });
  let there = 0;
  return pMap(
    Array.from({ length: count }, (_, index) => worldPicture(set, index)),
    async (picture) => {
      const path = join(folder, `${picture.name}.png`);
      const isThere = await exists(path);
      if (!isThere) await drawFile(picture, path, place.sizePx);
      there++;
      if (!isThere) onProgress?.(there);
      return { path, captions: picture.captions.map(({ text }) => text), picture };
    },
    // Each is rasterised on a thread of its own.
    { concurrency: availableParallelism() },
  );
}

/** Beside its place first, so that a kill leaves no half image. */
async function drawFile(picture: WorldPicture, path: string, sizePx: number): Promise<void> {
  const { data, widthPx, heightPx } = await renderPicture(picture.shown, picture.seed);
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
