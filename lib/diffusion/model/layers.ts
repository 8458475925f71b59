/** Layers with weights: they take their parameters from the graph of their input, by the reference's names. */
import type { Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";

/** Epsilon of every group and layer norm of the reference. */
const EPSILON = 1e-5;

/** x [..., in] → [..., outFeatures] with parameters `${name}.weight` [outFeatures, in] and `${name}.bias`. */
export function linear(name: string, x: Tensor, outFeatures: number): Tensor {
  const weight = x.graph.parameter(`${name}.weight`, [outFeatures, x.shape.at(-1)!]);
  return op.linear(x, weight, x.graph.parameter(`${name}.bias`, [outFeatures]));
}

/** x [N, in, H, W] → [N, outChannels, H', W'] by a square kernel that keeps the size at stride 1. */
export function convolution(
  name: string,
  x: Tensor,
  outChannels: number,
  { kernel, stride = 1 }: { kernel: 1 | 3; stride?: 1 | 2 },
): Tensor {
  const weight = x.graph.parameter(`${name}.weight`, [outChannels, x.shape[1]!, kernel, kernel]);
  const bias = x.graph.parameter(`${name}.bias`, [outChannels]);
  return op.conv2d(x, weight, bias, { stride, padding: (kernel - 1) / 2 });
}

/**
 * x [N, in, H, W] → [N, outChannels, H, W], one linear map for all positions. Unlike `convolution` with kernel 1,
 * its weight is [outChannels, in, 1], which is how the reference stores the projections of its attention.
 */
export function pointwise(name: string, x: Tensor, outChannels: number): Tensor {
  const inChannels = x.shape[1]!;
  const weight = x.graph.parameter(`${name}.weight`, [outChannels, inChannels, 1]);
  const bias = x.graph.parameter(`${name}.bias`, [outChannels]);
  return op.conv2d(x, op.reshape(weight, [outChannels, inChannels, 1, 1]), bias);
}

/** Group norm of x [N, C, H, W]; with scale and shift [N, C]: norm · (1 + scale) + shift. */
export function groupNorm(
  name: string,
  x: Tensor,
  groups: number,
  modulation?: { scale: Tensor; shift: Tensor },
): Tensor {
  const channels = x.shape[1]!;
  const weight = x.graph.parameter(`${name}.weight`, [channels]);
  const bias = x.graph.parameter(`${name}.bias`, [channels]);
  return op.groupNorm(x, weight, bias, { groups, epsilon: EPSILON, ...modulation });
}

/** Layer norm over the last axis of x. */
export function layerNorm(name: string, x: Tensor): Tensor {
  const width = x.shape.at(-1)!;
  const weight = x.graph.parameter(`${name}.weight`, [width]);
  return op.layerNorm(x, weight, x.graph.parameter(`${name}.bias`, [width]), { epsilon: EPSILON });
}
