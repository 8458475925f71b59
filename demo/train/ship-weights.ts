/** Makes the weights that ship of those that were trained: half precision, and of the token table the taught rows. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { keepTaughtRows, withWholeTokenTable } from "@/lib/diffusion/model/taught-tokens";
import { encodeCaption, paddingToken } from "@/lib/diffusion/model/tokenizer";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import { worldImage } from "../world/image-sets";
import { fitReader } from "./fit-reader";
import { setSizes, trainingStages } from "./recipe";
import { finishedModel } from "./train-stage";

/** The models that ship, and the file of the training folder that each is made of. */
const shipped = (work: string): ReadonlyMap<string, string> =>
  new Map([
    ["base-original", finishedModel(work, "base-original")],
    ["base-tuned", finishedModel(work, "base-tuned")],
    ["upsampler-original", finishedModel(work, "upsampler-original")],
    ["upsampler-tuned-20", join(work, "upsampler-tuned", "checkpoints", "epoch-00020.safetensors")],
    ["upsampler-tuned-40", finishedModel(work, "upsampler-tuned")],
  ]);

/**
 * Writes `weights/*.safetensors` and `curves/*.csv` below `pack`.
 *
 * @throws SemblanceError `not_found` for a model that is not trained yet
 */
export async function shipWeights(work: string, pack: string): Promise<void> {
  await mkdir(join(pack, "weights"), { recursive: true });
  await mkdir(join(pack, "curves"), { recursive: true });
  const taught = taughtTokens();
  for (const [name, path] of shipped(work))
    await shipModel(path, join(pack, "weights", `${name}.safetensors`), taught);
  for (const { name } of trainingStages) {
    await copyFile(join(work, name, "loss.csv"), join(pack, "curves", `${name}.csv`));
  }
  await fitReader(work, join(pack, "weights", "attribute-reader.safetensors"));
}

/** Every token of the captions that were trained on, and padding. */
function taughtTokens(): ReadonlySet<number> {
  const tokens = new Set([paddingToken]);
  for (const { images } of trainingStages) {
    for (let index = 0; index < setSizes[images.set]; index++) {
      for (const { text } of worldImage(images.set, index).captions) {
        for (const token of encodeCaption(text).tokens) tokens.add(Number(token));
      }
    }
  }
  return tokens;
}

async function shipModel(from: string, to: string, taught: ReadonlySet<number>): Promise<void> {
  // A run may have been continued from weights that ship.
  const checkpoint = await withWholeTokenTable(await openCheckpoint(from), from);
  try {
    const tensors = new Map<string, TensorToWrite>();
    for (const [name, { shape }] of checkpoint.tensors) {
      tensors.set(name, { dtype: "float16", shape, data: await checkpoint.readFloat32(name) });
    }
    await writeSafetensors(to, keepTaughtRows(tensors, taught), checkpoint.metadata);
  } finally {
    await checkpoint.close();
  }
}
