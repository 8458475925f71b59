/** Every operation that a model may use: `import * as op from "@/lib/engine/ops"`. */
export { add, div, mul, neg, sub } from "./arithmetic";
export { attention } from "./attention";
export { broadcastTo, reduceSum } from "./broadcasting";
export { conv2d, convTranspose2d } from "./convolution";
export {
  abs,
  erf,
  exp,
  gelu,
  log,
  quickGelu,
  reciprocal,
  relu,
  sigmoid,
  sign,
  silu,
  sqrt,
  square,
  tanh,
} from "./functions";
export { embedding, gather, scatterAdd } from "./indexing";
export { linear, matmul } from "./matmul";
export { channelAffine, groupNorm, layerNorm } from "./normalisation";
export {
  averagePool2d,
  globalAveragePool,
  maxPool2d,
  upsampleNearest2x,
} from "./pooling";
export { meanSquaredError, reduceMean, softmax } from "./reductions";
export { cast, clip, dropout, equal, where } from "./selection";
export { concat, flip, pad, reshape, slice, split, transpose } from "./shape";
export { stopGradient } from "./stop-gradient";
export type { Padding } from "./windows";
