/** What the pack's noised CLIP has learned, on held-out images that it has not seen. */
import { join } from "node:path";
import { clipFilesIn } from "@/lib/diffusion/noised-clip/clip-files";
import { openNoisedClip } from "@/lib/diffusion/noised-clip/noised-clip";
import { measureRetrieval } from "@/lib/diffusion/training/noised-clip/measure-retrieval";
import { decodeImage } from "@/lib/images/decode-image";
import { type Share, toShare } from "../fidelity/count-fidelity";
import { noisedClipFolder } from "../install/pack";
import { alsoTrue } from "../train/world-pairs";
import { drawImageFiles } from "../world/image-files";
import type { Measuring } from "./measure-sets";

export type MeasuredBand = Share & {
  /** Timesteps from `from` to below `to`. */
  readonly from: number;
  readonly to: number;
  /** How many would be right if captions were drawn at random, on average. */
  readonly byChance: number;
};

/** How often it finds the first caption of each held-out image among all that are not also true of it. */
export async function measureNoisedClip({
  folder,
  work,
  heldOutImages,
}: Pick<Measuring, "folder" | "work" | "heldOutImages">): Promise<MeasuredBand[]> {
  const clip = await openNoisedClip(clipFilesIn(join(folder, noisedClipFolder)), { threads: 1 });
  try {
    const sizePx = clip.options.image_size;
    const files = await drawImageFiles("real-held-out", heldOutImages, {
      folder: join(work, "images"),
      sizePx: 256,
    });
    const images = new Float32Array(files.length * 3 * sizePx ** 2);
    for (const [row, { path }] of files.entries()) {
      const { data } = await decodeImage(path, {
        edit: (whole) => whole.resize(sizePx, sizePx, { kernel: "cubic" }),
      });
      const plane = sizePx ** 2;
      for (let at = 0; at < 3 * plane; at++) {
        images[row * 3 * plane + at] = data[(at % plane) * 3 + Math.floor(at / plane)]! / 127.5 - 1;
      }
    }
    const captions = files.map(({ image }) => image.captions[0]!);
    const shown = files.map(({ image }) => image.shown);
    const bands = await measureRetrieval(clip, {
      images,
      captions: captions.map(({ text }) => text),
      leftOut: alsoTrue(captions, shown),
    });
    return bands.map(({ from, to, byChance, ...counted }) => ({ ...toShare(counted), from, to, byChance }));
  } finally {
    await clip.release();
  }
}
