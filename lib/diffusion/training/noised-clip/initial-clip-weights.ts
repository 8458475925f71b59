/** The weights that a noised CLIP starts with when it is trained from scratch. */
import { elementCount, type Shape } from "@/lib/engine/graph/tensor-type";
import { Random } from "@/lib/numerics/random";
import { logScaleName } from "./contrastive-loss";

/** The last layers of a block's two branches, after which what they add is summed over all blocks. */
const endsBranch = /\.(f_c|f_mlp\.f_2)\.w$/;

/** Of embeddings, as CLIP's text transformer has them (Radford et al. 2021); a timestep's is a position's. */
const embeddingDeviations: readonly (readonly [RegExp, number])[] = [
  [/blocks\.input\.w_voc$/, 0.02],
  [/blocks\.input\.(w_pos|w_t)$/, 0.01],
];

/**
 * Norms are the identity, biases zero, embeddings normal, and other weights normal with variance 1 / fanIn, those at the
 * end of a block's branch with that divided by twice the number of blocks. The same for the same seed on every machine.
 *
 * @param shapes of every parameter of buildClipTrainingGraph
 * @param logitScale of the start, the factor on the cosines
 */
export function initialClipWeights(
  shapes: ReadonlyMap<string, Shape>,
  { seed, logitScale }: { readonly seed: number; readonly logitScale: number },
): Map<string, Float32Array> {
  const random = new Random(seed);
  const weights = new Map<string, Float32Array>();
  for (const name of [...shapes.keys()].sort()) {
    const shape = shapes.get(name)!;
    const data = new Float32Array(elementCount(shape));
    if (name === logScaleName) data.fill(Math.log(logitScale));
    else if (name.endsWith(".g")) data.fill(1);
    else if (!name.endsWith(".b")) {
      const deviation = deviationOf(name, shapes);
      data.set(random.normals(data.length).map((value) => value * deviation));
    }
    weights.set(name, data);
  }
  return weights;
}

function deviationOf(name: string, shapes: ReadonlyMap<string, Shape>): number {
  const embedding = embeddingDeviations.find(([pattern]) => pattern.test(name));
  if (embedding) return embedding[1];
  const fanIn = elementCount(shapes.get(name)!.slice(1));
  return Math.sqrt(1 / (fanIn * (endsBranch.test(name) ? 2 * blocksOf(name, shapes) : 1)));
}

/** Blocks of the encoder that a weight belongs to. */
function blocksOf(name: string, shapes: ReadonlyMap<string, Shape>): number {
  const encoder = name.slice(0, name.indexOf("blocks."));
  let count = 0;
  while (shapes.has(`${encoder}blocks.block_${count}.f_attn.f_c.w`)) count++;
  return count;
}
