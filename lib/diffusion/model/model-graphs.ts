/**
 * The graphs of a GLIDE model: text alone and UNet alone for sampling, both in one for training.
 *
 * Inputs of the training graph, to be fed at each run under these names:
 *
 * - `noisy_images` [B, 3, size, size] float32, x_t
 * - `timestep_embedding` [B, num_channels] float32: `timestepEmbedding(timesteps, options.num_channels)`
 * - `tokens` [B, text_ctx] int64 and `text_mask` [B, text_ctx] bool, as `Tokenizer` gives them (`tokens` is absent
 *   where xf_width is 0, `text_mask` also where xf_padding is false; `textInputNames` lists what there is)
 * - `known_images` [B, 3, size, size] float32 in [-1, 1] and `known_mask` [B, 1, size, size] float32, 1 where an image
 *   is known, for inpainting models
 * - `low_res_images` [B, 3, size / 4, size / 4] float32 in [-1, 1], for upsamplers
 * - one bool input per dropout mask, listed in `dropoutMasks`, 1 where a value is kept
 *
 * Parameters are declared by `graph.parameter` under the reference's names; `graph.parameters` lists them. The loss,
 * its gradients and the graph's outputs are the caller's.
 */
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import type { DropoutHook } from "./blocks";
import { guide } from "./guidance";
import {
  type ModelArchitecture,
  type ModelOptions,
  resolveArchitecture,
  type TextArchitecture,
} from "./model-options";
import {
  declareProjectedText,
  outputProjectedText,
  projectText,
  type TextConditioning,
} from "./text-conditioning";
import { encodeText, type TextEncoding, type TextInputs } from "./text-transformer";
import { timestepEmbedding } from "./timestep-embedding";
import { type UNetInputs, unet } from "./unet";

/** A dropout mask that a training step must feed. */
export type DropoutMask = { readonly name: string; readonly shape: Shape };

export type TrainingModel = {
  readonly graph: Graph;
  readonly architecture: ModelArchitecture;
  /** [B, 3, size, size]. */
  readonly noisyImages: Tensor;
  /** [B, 6, size, size]: predicted noise in channels 0–2, variance interpolation in channels 3–5. */
  readonly output: Tensor;
  readonly textInputNames: readonly ("tokens" | "text_mask")[];
  /** Empty where the dropout rate is 0. */
  readonly dropoutMasks: readonly DropoutMask[];
};

/**
 * The whole model from tokens and noisy images to its prediction, for training: parameters are graph inputs
 * unless the session is given weights.
 *
 * @param graph an empty one, which may adapt the parameters that it declares (see LoraGraph).
 * @param dropoutRate probability that a value before a residual block's last convolution is dropped.
 */
export function buildTrainingModel(
  options: ModelOptions,
  {
    batchSize,
    dropoutRate = options.dropout,
    graph = new Graph("training"),
  }: { batchSize: number; dropoutRate?: number; graph?: Graph },
): TrainingModel {
  const architecture = resolveArchitecture(options);
  const text = declareText(graph, architecture, batchSize);
  const images = declareImages(graph, architecture, batchSize);
  const dropoutMasks: DropoutMask[] = [];
  const dropout: DropoutHook = (x, block) => {
    const name = `dropout.${block}`;
    dropoutMasks.push({ name, shape: x.shape });
    return op.dropout(x, graph.input(name, x.shape, "bool"), dropoutRate);
  };
  const output = unet(
    architecture,
    { ...images, text: text.encoding && projectText(text.encoding) },
    dropoutRate > 0 ? dropout : undefined,
  );
  return {
    graph,
    architecture,
    noisyImages: images.images,
    output,
    textInputNames: text.inputNames,
    dropoutMasks,
  };
}

/**
 * The UNet for sampling. Inputs: `noisy_images`, `timestep_embedding`, `known_images`, `known_mask`, `low_res_images` as
 * for training, and the encoded caption as `text_pooled` [B, 4 · num_channels] and `text_states` [B, text_ctx, xf_width] (both absent
 * where xf_width is 0). Output: `prediction` [B, 6, size, size].
 *
 * @param projected in place of `text_states`, the inputs are what buildTextGraph gives with `projected`, which saves each step the
 *   projection of the text *
 * @param guided the UNet sees every image twice, with its caption and with the empty one: the text's inputs have 2B rows,
 *   the captions' first, and those of `guidanceFeeds` are added; see guide
 * @param embeds the input is `timesteps` [B] int64, from 0 to diffusion_steps - 1, in place of their embedding
 */
export function buildSamplingGraph(
  options: ModelOptions,
  {
    batchSize,
    projected = false,
    guided = false,
    embeds = false,
  }: { batchSize: number; projected?: boolean; guided?: boolean; embeds?: boolean },
): Graph {
  const architecture = resolveArchitecture(options);
  const graph = new Graph(`${kindOf(architecture)}_sampling`);
  const rows = guided ? 2 * batchSize : batchSize;
  const text = (projected ? declareProjectedText : declareStates)(graph, architecture, rows);
  const images = declareImages(
    graph,
    architecture,
    batchSize,
    embeds ? embedTimesteps(graph, options, batchSize) : undefined,
  );
  const prediction = unet(architecture, { ...(guided ? twice(images) : images), text });
  graph.output("prediction", guided ? guide(graph, prediction) : prediction);
  return graph;
}

function twice({ images, timestepEmbedding, known, lowResImages }: Images): Images {
  const doubled = (tensor: Tensor) => op.concat([tensor, tensor], 0);
  return {
    images: doubled(images),
    timestepEmbedding: doubled(timestepEmbedding),
    known: known && { images: doubled(known.images), mask: doubled(known.mask) },
    lowResImages: lowResImages && doubled(lowResImages),
  };
}

function declareStates(
  graph: Graph,
  { text, timestepChannels }: ModelArchitecture,
  rows: number,
): TextConditioning | null {
  if (text === null) return null;
  return projectText({
    pooled: graph.input("text_pooled", [rows, timestepChannels]),
    states: graph.input("text_states", [rows, text.contextTokens, text.width]),
  });
}

/**
 * The text transformer for sampling: inputs `tokens` and `text_mask` as for training, outputs `text_pooled` and
 * `text_states`. Null for a model without text.
 *
 * @param projected the outputs are those inputs of buildSamplingGraph with `projected` that hold the caption
 */
export function buildTextGraph(
  options: ModelOptions,
  batchSize: number,
  { projected = false }: { projected?: boolean } = {},
): Graph | null {
  const architecture = resolveArchitecture(options);
  const graph = new Graph(`${kindOf(architecture)}_text`);
  const { encoding } = declareText(graph, architecture, batchSize);
  if (encoding === null) return null;
  if (projected) {
    outputProjectedText(graph, encoding, buildSamplingGraph(options, { batchSize, projected }));
  } else {
    graph.output("text_pooled", encoding.pooled);
    graph.output("text_states", encoding.states);
  }
  return graph;
}

function kindOf(architecture: ModelArchitecture): "base" | "upsampler" {
  return architecture.lowResSizePx === null ? "base" : "upsampler";
}

function declareText(
  graph: Graph,
  { text, timestepChannels }: ModelArchitecture,
  batchSize: number,
): { encoding: TextEncoding | null; inputNames: ("tokens" | "text_mask")[] } {
  if (text === null) return { encoding: null, inputNames: [] };
  const inputs = declareCaptions(graph, text, batchSize);
  return {
    encoding: encodeText(text, inputs, timestepChannels),
    inputNames: inputs.mask === null ? ["tokens"] : ["tokens", "text_mask"],
  };
}

/** The inputs `tokens` and `text_mask` for so many captions, their names after `prefix`. */
export function declareCaptions(graph: Graph, text: TextArchitecture, rows: number, prefix = ""): TextInputs {
  const shape = [rows, text.contextTokens];
  return {
    tokens: graph.input(`${prefix}tokens`, shape, "int64"),
    mask: text.learnedPadding ? graph.input(`${prefix}text_mask`, shape, "bool") : null,
  };
}

type Images = Omit<UNetInputs, "text">;

function embedTimesteps(
  graph: Graph,
  { diffusion_steps, num_channels }: ModelOptions,
  batchSize: number,
): Tensor {
  const table = timestepEmbedding(
    Array.from({ length: diffusion_steps }, (_, step) => step),
    num_channels,
  );
  const timesteps = graph.input("timesteps", [batchSize], "int64");
  return op.embedding(graph.constant(table, [diffusion_steps, num_channels]), timesteps);
}

function declareImages(
  graph: Graph,
  architecture: ModelArchitecture,
  batchSize: number,
  embedded?: Tensor,
): Images {
  const { imageSizePx, inpaints, lowResSizePx, baseChannels } = architecture;
  return {
    images: graph.input("noisy_images", [batchSize, 3, imageSizePx, imageSizePx]),
    timestepEmbedding: embedded ?? graph.input("timestep_embedding", [batchSize, baseChannels]),
    known: inpaints
      ? {
          images: graph.input("known_images", [batchSize, 3, imageSizePx, imageSizePx]),
          mask: graph.input("known_mask", [batchSize, 1, imageSizePx, imageSizePx]),
        }
      : null,
    lowResImages:
      lowResSizePx === null
        ? null
        : graph.input("low_res_images", [batchSize, 3, lowResSizePx, lowResSizePx]),
  };
}
