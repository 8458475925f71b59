/** What the UNet takes of a caption: a vector beside the timestep's, and keys and values for its attention blocks. */
import type { Graph, Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { pointwise } from "./layers";
import type { ModelArchitecture } from "./model-options";
import type { TextEncoding } from "./text-transformer";

export type TextConditioning = {
  /** [B, timestepChannels], added to the embedding of the timestep. */
  readonly pooled: Tensor;
  readonly keysAndValues: TextKeysAndValues;
};

/** Of an attention block, by its parameters' prefix and its channels: [B, 2 · channels, tokens], each head's keys before its values. */
export type TextKeysAndValues = (block: string, channels: number) => Tensor;

/** Keys and values are computed from the text transformer's states where a block asks for them. */
export function projectText({ pooled, states }: TextEncoding): TextConditioning {
  return { pooled, keysAndValues: projection(states) };
}

function projection(states: Tensor): TextKeysAndValues {
  const [batch, tokens, width] = states.shape as readonly [number, number, number];
  // As an image of height 1, which a 1×1 convolution projects.
  const image = op.reshape(op.transpose(states, [0, 2, 1]), [batch, width, 1, tokens]);
  return (block, channels) =>
    op.reshape(pointwise(`${block}.encoder_kv`, image, 2 * channels), [batch, 2 * channels, tokens]);
}

const inputPrefix = "text_keys_values.";

/**
 * Keys and values are inputs of the graph, `text_keys_values.BLOCK` [B, 2 · channels, tokens], beside `text_pooled`: they are the same
 * at every step of a sampler.
 */
export function declareProjectedText(
  graph: Graph,
  { text, timestepChannels }: ModelArchitecture,
  rows: number,
): TextConditioning | null {
  if (text === null) return null;
  return {
    pooled: graph.input("text_pooled", [rows, timestepChannels]),
    keysAndValues: (block, channels) =>
      graph.input(inputPrefix + block, [rows, 2 * channels, text.contextTokens]),
  };
}

/** Adds outputs to the graph of a caption: what `declareProjectedText` declared as inputs of `unet`. */
export function outputProjectedText(graph: Graph, { pooled, states }: TextEncoding, unet: Graph): void {
  graph.output("text_pooled", pooled);
  const keysAndValues = projection(states);
  for (const [name, { shape }] of unet.inputs) {
    if (!name.startsWith(inputPrefix)) continue;
    graph.output(name, keysAndValues(name.slice(inputPrefix.length), shape[1]! / 2));
  }
}
