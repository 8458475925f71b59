/** Installs a noised CLIP of random weights where CLIP guidance looks for GLIDE's. */
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { findWeightEntry } from "@/lib/metrics/weights/catalogue";
import { addWeights } from "@/lib/metrics/weights/weight-folder";
import { smallClipOptions, writeRandomClip } from "./lib/diffusion/noised-clip/random-clip";

export async function installRandomClip(dataFolder: string): Promise<void> {
  const from = join(dataFolder, "random-clip");
  await mkdir(from);
  const { image, text } = await writeRandomClip(from, smallClipOptions);
  await rename(image, join(from, "clip_image_enc.pt"));
  await rename(text, join(from, "clip_text_enc.pt"));
  await addWeights(join(dataFolder, "weights"), findWeightEntry("glide-clip"), from);
}
