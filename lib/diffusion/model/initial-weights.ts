/** The weights that training from scratch starts with. */
import type { Shape } from "@/lib/engine/graph/tensor-type";
import type { Weight } from "@/lib/engine/graph/weights";
import { Random } from "@/lib/numerics/random";
import type { ModelOptions } from "./model-options";
import { parameterShapes } from "./parameters";

/** Last layers of the blocks and of the UNet start at zero, so that every block starts as the identity. */
const startsAtZero = /(\.out_layers\.3|\.proj_out|^out\.2)\.(weight|bias)$/;

/**
 * Standard deviations of the embeddings, as CLIP's text transformer has them, on which GLIDE's is modelled (Radford
 * et al. 2021). The reference leaves the embeddings of positions and padding uninitialised.
 */
const embeddingDeviation: Readonly<Record<string, number>> = {
  "token_embedding.weight": 0.02,
  positional_embedding: 0.01,
  padding_embedding: 0.01,
};

/**
 * Weights for every parameter of the model, the same for the same seed on every machine: norms are the identity,
 * last layers zero, embeddings normal, and every other weight and bias uniform in ±1/√fanIn (PyTorch's default for
 * linear layers and convolutions, which the reference keeps).
 */
export function initialWeights(options: ModelOptions, seed: number | bigint): Map<string, Weight> {
  const shapes = parameterShapes(options);
  const random = new Random(seed);
  const weights = new Map<string, Weight>();
  for (const name of [...shapes.keys()].sort()) {
    weights.set(name, { shape: shapes.get(name)!, data: drawTensor(name, shapes, random) });
  }
  return weights;
}

function drawTensor(name: string, shapes: ReadonlyMap<string, Shape>, random: Random): Float32Array {
  const length = shapes.get(name)!.reduce((product, size) => product * size, 1);
  const deviation = embeddingDeviation[name];
  if (deviation !== undefined) return random.normals(length).map((value) => value * deviation);
  const data = new Float32Array(length);
  if (startsAtZero.test(name)) return data;
  const [, ...fanInAxes] = shapes.get(name.replace(/\.bias$/, ".weight"))!;
  if (fanInAxes.length === 0) return data.fill(name.endsWith(".weight") ? 1 : 0);
  const bound = 1 / Math.sqrt(fanInAxes.reduce((product, size) => product * size, 1));
  // 32 random bits are more than a float32 can hold, and half as many as `uniform` would draw.
  return data.map(() => bound * (random.integer(2 ** 32) / 2 ** 31 - 1));
}
