/**
 * The two encoders of the noised CLIP, with weights under the published names: pre-norm transformers of which the text's
 * is causal, and the image's takes the embedding of the timestep in place of a class token (Nichol et al. 2021,
 * section 4.2; Radford et al. 2021).
 */
import type { Graph, Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import type { ClipOptions } from "./clip-options";

const NORM_EPSILON = 1e-5;
/** Keeps the length of a vector of zeros from dividing by 0. */
const LENGTH_EPSILON = 1e-12;

/** Mean and standard deviation of each colour, of 0 to 255, over CLIP's training images. */
const colourMeans = [122.77093945, 116.74601272, 104.09373519];
const colourDeviations = [68.50053285, 66.63215831, 70.32316309];

/**
 * The text encoder of a batch.
 *
 * @param tokens [batch, max_text_len] int64
 * @param endPosition [batch, 1, max_text_len], 1 at the end mark and 0 elsewhere
 * @param prefix of the weights' names, in a graph that holds both encoders
 * @returns features [batch, n_embd]
 */
export function encodeCaptions(
  { tokens, endPosition }: { readonly tokens: Tensor; readonly endPosition: Tensor },
  options: ClipOptions,
  prefix = "",
): Tensor {
  const { graph } = tokens;
  const { max_text_len: context, n_head_text: heads, n_vocab: vocabulary } = options;
  const width = heads * options.n_head_state_text;
  const table = graph.parameter(`${prefix}blocks.input.w_voc`, [vocabulary, width]);
  const positions = graph.parameter(`${prefix}blocks.input.w_pos`, [context, width]);
  let x = op.add(op.embedding(table, tokens), positions);
  const mask = causalMask(graph, context);
  for (let block = 0; block < options.n_xf_blocks_text; block++) {
    x = transformerBlock(`${prefix}blocks.block_${block}`, x, { heads, mask });
  }
  const atEnd = op.reshape(op.matmul(endPosition, x), [tokens.shape[0]!, width]);
  return project(`${prefix}blocks.output`, atEnd, options.n_embd);
}

/**
 * The image encoder of a batch.
 *
 * @param image [batch, 3, image_size, image_size], images of [-1, 1] with the process's noise
 * @param timestep [batch] int64, of the full process
 * @param prefix of the weights' names, in a graph that holds both encoders
 * @returns features [batch, n_embd]
 */
export function encodeNoisyImages(
  { image, timestep }: { readonly image: Tensor; readonly timestep: Tensor },
  options: ClipOptions,
  prefix = "",
): Tensor {
  const { graph } = image;
  const { image_size: sizePx, patch_size: patchPx, n_head_image: heads } = options;
  const batch = image.shape[0]!;
  const width = heads * options.n_head_state_image;
  const patches = (sizePx / patchPx) ** 2;
  const perColour = (values: number[]) => graph.constant(Float32Array.from(values), [1, 3, 1, 1]);
  const bytes = op.mul(op.add(image, 1), 127.5);
  const standardised = op.div(op.sub(bytes, perColour(colourMeans)), perColour(colourDeviations));
  const projection = graph.parameter(`${prefix}blocks.input.patch_proj`, [width, 3, patchPx, patchPx]);
  const projected = op.conv2d(standardised, projection, undefined, { stride: patchPx });
  const patchTokens = op.transpose(op.reshape(projected, [batch, width, patches]), [0, 2, 1]);
  const timestepTable = graph.parameter(`${prefix}blocks.input.w_t`, [options.n_timesteps, width]);
  const timestepToken = op.reshape(op.embedding(timestepTable, timestep), [batch, 1, width]);
  const positions = graph.parameter(`${prefix}blocks.input.w_pos`, [1 + patches, width]);
  const tokens = op.add(op.concat([timestepToken, patchTokens], 1), positions);
  let x = layerNorm(`${prefix}blocks.input.ln`, tokens);
  for (let block = 0; block < options.n_xf_blocks_image; block++) {
    x = transformerBlock(`${prefix}blocks.block_${block}`, x, { heads, mask: null });
  }
  const first = op.reshape(op.slice(x, { axis: 1, start: 0, end: 1 }), [batch, width]);
  return project(`${prefix}blocks.output`, first, options.n_embd);
}

/** Each row of x [batch, n_embd] divided by its length. */
export function toLengthOne(x: Tensor): Tensor {
  const length = op.sqrt(op.reduceSum(op.square(x), [1], { keepDims: true }));
  return op.div(x, op.add(length, LENGTH_EPSILON));
}

function transformerBlock(name: string, x: Tensor, attention: { heads: number; mask: Tensor | null }) {
  const attended = op.add(x, selfAttention(`${name}.f_attn`, x, attention));
  const width = x.shape[2]!;
  const hidden = op.gelu(linear(`${name}.f_mlp.f_1`, layerNorm(`${name}.f_mlp.ln`, attended), 4 * width));
  return op.add(attended, linear(`${name}.f_mlp.f_2`, hidden, width));
}

/** Of x [B, T, W]; `mask` [T, T] is added to the scores. Keys have no bias. */
function selfAttention(name: string, x: Tensor, { heads, mask }: { heads: number; mask: Tensor | null }) {
  const [batch, tokens, width] = x.shape as readonly [number, number, number];
  const normed = layerNorm(`${name}.ln`, x);
  const perHead = (t: Tensor) =>
    op.transpose(op.reshape(t, [batch, tokens, heads, width / heads]), [0, 2, 1, 3]);
  const query = perHead(linear(`${name}.f_q`, normed, width));
  const key = perHead(op.linear(normed, x.graph.parameter(`${name}.f_k.w`, [width, width])));
  const value = perHead(linear(`${name}.f_v`, normed, width));
  const scores = op.matmul(query, key, { transposeB: true, scale: 1 / Math.sqrt(width / heads) });
  const weights = op.softmax(mask === null ? scores : op.add(scores, mask));
  const heard = op.transpose(op.matmul(weights, value), [0, 2, 1, 3]);
  return linear(`${name}.f_c`, op.reshape(heard, [batch, tokens, width]), width);
}

function project(name: string, x: Tensor, dims: number): Tensor {
  const normed = layerNorm(`${name}.ln`, x);
  return op.linear(normed, x.graph.parameter(`${name}.f.w`, [dims, x.shape[1]!]));
}

function linear(name: string, x: Tensor, outFeatures: number): Tensor {
  const weight = x.graph.parameter(`${name}.w`, [outFeatures, x.shape.at(-1)!]);
  return op.linear(x, weight, x.graph.parameter(`${name}.b`, [outFeatures]));
}

function layerNorm(name: string, x: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  const weight = x.graph.parameter(`${name}.g`, [width]);
  return op.layerNorm(x, weight, x.graph.parameter(`${name}.b`, [width]), { epsilon: NORM_EPSILON });
}

/** [tokens, tokens]: 0 for the positions up to each one's own, and so low beyond that softmax gives 0. */
function causalMask(graph: Graph, tokens: number): Tensor {
  const mask = new Float32Array(tokens ** 2);
  for (let row = 0; row < tokens; row++) mask.fill(-1e10, row * tokens + row + 1, (row + 1) * tokens);
  return graph.constant(mask, [tokens, tokens]);
}
