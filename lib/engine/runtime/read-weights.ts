/** All tensors of a file as weights for the engine. */
import type { Weight, WeightSource } from "@/lib/engine/graph/weights";
import { openCheckpoint } from "@/lib/tensor-files/load-checkpoint";

/**
 * Reads every tensor as float32, by its own name.
 *
 * @throws SemblanceError as openCheckpoint and readFloat32
 */
export async function readWeights(path: string): Promise<WeightSource> {
  const checkpoint = await openCheckpoint(path);
  try {
    const weights = new Map<string, Weight>();
    for (const [name, { shape }] of checkpoint.tensors) {
      weights.set(name, { shape, data: await checkpoint.readFloat32(name) });
    }
    return weights;
  } finally {
    await checkpoint.close();
  }
}
