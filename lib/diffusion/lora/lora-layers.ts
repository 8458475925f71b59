/** Which weights low-rank adaptation adds to (Hu et al. 2021, arXiv 2106.09685). */

export const loraLayers = ["attention", "attention-and-convolutions"] as const;

/** The projections of all attention, or these and every convolution of the UNet. */
export type LoraLayers = (typeof loraLayers)[number];

const attention = /(\.qkv|\.encoder_kv|\.proj_out|\.attn\.c_qkv|\.attn\.c_proj)\.weight$/;
const convolution =
  /(^input_blocks\.0\.0|\.in_layers\.2|\.out_layers\.3|\.skip_connection|\.op|\.conv|^out\.2)\.weight$/;

/** Whether the weight of this name belongs to these layers. */
export function isLoraLayer(layers: LoraLayers, weight: string): boolean {
  return attention.test(weight) || (layers === "attention-and-convolutions" && convolution.test(weight));
}

/** "a.b.weight" → the names of the two matrices that are added to it, in a graph and in a run's state. */
export function loraNames(weight: string): { a: string; b: string } {
  const module = weight.replace(/\.weight$/, "");
  return { a: `${module}.lora_A.weight`, b: `${module}.lora_B.weight` };
}

/** Shapes of A [rank, in] and B [out, rank] for a weight [out, ...]: a convolution's kernel counts as part of `in`. */
export function loraShapes(
  shape: readonly number[],
  rank: number,
): { a: [number, number]; b: [number, number] } {
  const [out, ...rest] = shape as [number, ...number[]];
  return { a: [rank, rest.reduce((product, size) => product * size, 1)], b: [out, rank] };
}

const flatConvolution = /^(?!transformer\.).*(\.qkv|\.encoder_kv|\.proj_out)\.weight$/;

/**
 * The kernel of the module that has the weight of this name, as OpenAI's code builds it: [1] in the UNet's attention, [3, 3]
 * or [1, 1] of its convolutions, empty for what is linear.
 */
export function kernelShape(weight: string): readonly number[] {
  if (flatConvolution.test(weight)) return [1];
  if (weight.endsWith(".skip_connection.weight")) return [1, 1];
  return convolution.test(weight) ? [3, 3] : [];
}
