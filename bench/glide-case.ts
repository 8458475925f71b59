/** A GLIDE model with random weights and a batch of inputs: in memory for us, as files for the peer. */
import { join } from "node:path";
import { type ModelOptions, resolveArchitecture } from "@/lib/diffusion/model/model-options";
import { parameterShapes } from "@/lib/diffusion/model/parameters";
import { encodeCaption } from "@/lib/diffusion/model/tokenizer";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { Weight } from "@/lib/engine/graph/weights";
import { Random } from "@/lib/numerics/random";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import type { PeerCase, PeerWork } from "./pytorch-peer";

export type GlideCase = {
  readonly options: ModelOptions;
  readonly weights: ReadonlyMap<string, Weight>;
  readonly images: Float32Array<ArrayBuffer>;
  /** What an upsampler enlarges; null for a base. */
  readonly lowResImages: Float32Array<ArrayBuffer> | null;
  readonly noise: Float32Array<ArrayBuffer>;
  readonly timesteps: readonly number[];
  readonly captions: readonly ReturnType<typeof encodeCaption>[];
};

const captions = ["a corgi in a field", "two dogs playing", "", "a brown dog on a beach at sunset"];

/** Every weight is random: with the zeros that training starts with, most of the model would not show. */
export function makeGlideCase(options: ModelOptions, batchSize: number): GlideCase {
  const pixels = batchSize * 3 * options.image_size ** 2;
  const random = new Random(1);
  const { lowResSizePx } = resolveArchitecture(options);
  return {
    options,
    weights: randomWeights(options),
    images: Float32Array.from(random.normals(pixels)),
    lowResImages:
      lowResSizePx === null ? null : Float32Array.from(random.normals(batchSize * 3 * lowResSizePx ** 2)),
    noise: Float32Array.from(random.normals(pixels)),
    timesteps: Array.from({ length: batchSize }, (_, index) => 100 + 200 * index),
    captions: Array.from({ length: batchSize }, (_, index) =>
      encodeCaption(captions[index % captions.length]!, options.text_ctx),
    ),
  };
}

/** Writes weights and inputs into `folder` and says how the peer finds them. */
export async function toPeerCase(
  glide: GlideCase,
  work: PeerWork,
  { folder, provider, learningRate }: { folder: string; provider: ExecutionProvider; learningRate?: number },
): Promise<PeerCase> {
  const { options } = glide;
  const { text, ...architecture } = resolveArchitecture(options);
  const batch = glide.timesteps.length;
  const [weightsPath, inputsPath] = [join(folder, "weights.safetensors"), join(folder, "inputs.safetensors")];
  const float32 = (shape: readonly number[], data: Float32Array): TensorToWrite => ({
    dtype: "float32",
    shape,
    data: data as Float32Array<ArrayBuffer>,
  });
  const imageOf = (sizePx: number) => [batch, 3, sizePx, sizePx];
  const image = imageOf(options.image_size);
  await writeSafetensors(
    weightsPath,
    new Map([...glide.weights].map(([name, { shape, data }]) => [name, float32(shape, data)])),
  );
  await writeSafetensors(
    inputsPath,
    new Map<string, TensorToWrite>([
      ["images", float32(image, glide.images)],
      ["noise", float32(image, glide.noise)],
      ...(glide.lowResImages
        ? [["low_res_images", float32(imageOf(architecture.lowResSizePx!), glide.lowResImages)] as const]
        : []),
      ["timesteps", float32([batch], Float32Array.from(glide.timesteps))],
      ["tokens", { dtype: "int64", shape: [batch, options.text_ctx], data: joinedTokens(glide) }],
      ["mask", { dtype: "bool", shape: [batch, options.text_ctx], data: joinedMasks(glide) }],
    ]),
  );
  const peerOptions = {
    inputChannels: glide.lowResImages ? 6 : 3,
    baseChannels: architecture.baseChannels,
    channelMultipliers: architecture.channelMultipliers,
    attends: architecture.attends,
    residualBlocks: architecture.residualBlocks,
    headChannels: options.num_head_channels,
    textTokens: text!.contextTokens,
    textWidth: text!.width,
    textLayers: text!.layers,
    textHeads: text!.heads,
    vocabularySize: text!.vocabularySize,
    learningRate,
    device: provider === "cpu" ? "cpu" : "cuda",
  };
  return { work, options: peerOptions, weightsPath, inputsPath };
}

export function joinedTokens({ captions }: GlideCase): BigInt64Array<ArrayBuffer> {
  return BigInt64Array.from(captions.flatMap(({ tokens }) => [...tokens]));
}

export function joinedMasks({ captions }: GlideCase): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(captions.flatMap(({ mask }) => [...mask]));
}

/** Norms near the identity, everything else uniform in ±1/√fanIn. */
function randomWeights(options: ModelOptions): Map<string, Weight> {
  const weights = new Map<string, Weight>();
  let state = 1;
  // Marsaglia's xorshift: the hundreds of millions of weights of the full model need no better numbers.
  const draw = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  };
  for (const [name, shape] of parameterShapes(options)) {
    const length = shape.reduce((product, size) => product * size, 1);
    const fanIn = length / shape[0]!;
    const [centre, width] =
      shape.length > 1 ? [0, 1 / Math.sqrt(fanIn)] : [name.endsWith("weight") ? 1 : 0, 0.1];
    const data = new Float32Array(length);
    for (let i = 0; i < length; i++) data[i] = centre + width * draw();
    weights.set(name, { shape, data });
  }
  return weights;
}
