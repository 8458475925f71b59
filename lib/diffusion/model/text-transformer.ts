/** The transformer that turns a caption's tokens into what the UNet attends to. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { layerNorm, linear } from "./layers";
import type { TextArchitecture } from "./model-options";

/** A caption as the UNet takes it. */
export type TextEncoding = {
  /** [B, timestepChannels]: the last position, projected; it is added to the embedding of the timestep. */
  readonly pooled: Tensor;
  /** [B, contextTokens, width]: every position, for the attention blocks' keys and values. */
  readonly states: Tensor;
};

/** Captions as a graph's inputs. */
export type TextInputs = {
  /** [B, contextTokens] int64. */
  readonly tokens: Tensor;
  /**
   * [B, contextTokens] bool, true where there is a token: the other positions take their own learned embedding. Null for
   * models without learned padding.
   */
  readonly mask: Tensor | null;
};

/** @param timestepChannels width of `pooled` */
export function encodeText(
  text: TextArchitecture,
  inputs: TextInputs,
  timestepChannels: number,
): TextEncoding {
  const states = encodeStates(text, inputs);
  return { pooled: linear("transformer_proj", lastState(states), timestepChannels), states };
}

/** [B, contextTokens, width] → [B, width]: the last position, GLIDE's summary of a caption. */
export function lastState(states: Tensor): Tensor {
  const [batch, tokens, width] = states.shape as readonly [number, number, number];
  return op.reshape(op.slice(states, { axis: 1, start: tokens - 1, end: tokens }), [batch, width]);
}

/**
 * Encodes captions: token and position embeddings, pre-norm transformer blocks over all positions without a mask,
 * and a final norm (Nichol et al. 2021, section 4; parameter names of openai/glide-text2im).
 *
 * @returns [B, contextTokens, width]
 */
export function encodeStates(text: TextArchitecture, inputs: TextInputs): Tensor {
  const { graph } = inputs.tokens;
  const [batch] = inputs.tokens.shape;
  const { contextTokens, width } = text;
  const table = graph.parameter("token_embedding.weight", [text.vocabularySize, width]);
  const positions = graph.parameter("positional_embedding", [contextTokens, width]);
  let x = op.add(op.embedding(table, inputs.tokens), positions);
  if (inputs.mask !== null) {
    const padding = graph.parameter("padding_embedding", [contextTokens, width]);
    x = op.where(
      op.reshape(inputs.mask, [batch!, contextTokens, 1]),
      x,
      op.reshape(padding, [1, contextTokens, width]),
    );
  }
  for (let layer = 0; layer < text.layers; layer++) {
    const input = x;
    x = graph.block(() => transformerBlock(`transformer.resblocks.${layer}`, input, text.heads));
  }
  return text.finalNorm ? layerNorm("final_ln", x) : x;
}

function transformerBlock(name: string, x: Tensor, heads: number): Tensor {
  const attended = op.add(x, selfAttention(`${name}.attn`, layerNorm(`${name}.ln_1`, x), heads));
  const width = x.shape[2]!;
  const hidden = op.gelu(linear(`${name}.mlp.c_fc`, layerNorm(`${name}.ln_2`, attended), 4 * width));
  return op.add(attended, linear(`${name}.mlp.c_proj`, hidden, width));
}

/** Multi-head self-attention over x [B, T, W]; each head's query, key and value are side by side in c_qkv. */
function selfAttention(name: string, x: Tensor, heads: number): Tensor {
  const [batch, tokens, width] = x.shape as readonly [number, number, number];
  const headWidth = width / heads;
  const projected = op.reshape(linear(`${name}.c_qkv`, x, 3 * width), [batch, tokens, heads, 3 * headWidth]);
  const [query, key, value] = op.split(
    op.transpose(projected, [0, 2, 1, 3]),
    [headWidth, headWidth, headWidth],
    3,
  ) as [Tensor, Tensor, Tensor];
  const heard = op.attention(query, key, value, { scale: 1 / Math.sqrt(headWidth), channelsFirst: false });
  return linear(
    `${name}.c_proj`,
    op.reshape(op.transpose(heard, [0, 2, 1, 3]), [batch, tokens, width]),
    width,
  );
}
