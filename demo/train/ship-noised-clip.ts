/** Makes the demo's noised CLIP that ships of the one that was trained: the same in half precision. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { trainedClipNames } from "@/lib/diffusion/noised-clip/clip-files";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { noisedClipFolder } from "../install/pack";

/**
 * Writes `weights/noised-clip/` and `curves/noised-clip.csv` below `pack`.
 *
 * @throws SemblanceError `not_found` where it is not trained yet
 */
export async function shipNoisedClip(work: string, pack: string): Promise<void> {
  const [from, to] = [join(work, "noised-clip"), join(pack, noisedClipFolder)];
  for (const folder of [to, join(pack, "curves")]) await mkdir(folder, { recursive: true });
  const { image, text, options } = trainedClipNames;
  for (const name of [image, text]) await shipEncoder(join(from, "final", name), join(to, name));
  await copyFile(join(from, "final", options), join(to, options));
  await copyFile(join(from, "loss.csv"), join(pack, "curves", "noised-clip.csv"));
}

async function shipEncoder(from: string, to: string): Promise<void> {
  const checkpoint = await openCheckpoint(from);
  try {
    const tensors = new Map<string, TensorToWrite>();
    for (const [name, { shape }] of checkpoint.tensors) {
      tensors.set(name, { dtype: "float16", shape, data: await checkpoint.readFloat32(name) });
    }
    await writeSafetensors(to, tensors, checkpoint.metadata);
  } finally {
    await checkpoint.close();
  }
}
