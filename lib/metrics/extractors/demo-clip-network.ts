/** The two towers of the demo's CLIP as graphs of our engine; demo/train/train-clip.ts trains them. */
import type { Graph, Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";

/** Side length of its square input images. */
export const demoClipSizePx = 64;

/** Values of an embedding. */
export const demoClipDims = 64;

/** Number of words that it reads of a caption; the demo's captions have at most 26. */
export const demoClipWords = 32;

/** Channels after each halving of the image, from 64 px to 4. */
const imageChannels = [32, 64, 96, 128] as const;

/** Values of a word's vector. */
const wordWidth = 64;

/** How often a word's vector is mixed with its neighbours'. */
const wordMixings = 2;

/**
 * Four convolutions that halve the image, each normalised, and a linear map of the flattened result, so that positions matter.
 *
 * @param images [batch, 3, 64, 64], -1 to 1
 * @returns [batch, 64]; not of unit length
 */
export function imageTower(images: Tensor): Tensor {
  const { graph } = images;
  let x = images;
  for (const [index, channels] of imageChannels.entries()) {
    // “picture” as in the demo's weights, whose tensors have these names.
    const name = `picture.${index}`;
    const weight = graph.parameter(`${name}.convolution.weight`, [channels, x.shape[1]!, 4, 4]);
    const bias = graph.parameter(`${name}.convolution.bias`, [channels]);
    x = op.conv2d(x, weight, bias, { stride: 2, padding: 1 });
    const [gain, shift] = [
      graph.parameter(`${name}.norm.weight`, [channels]),
      graph.parameter(`${name}.norm.bias`, [channels]),
    ];
    x = op.gelu(op.groupNorm(x, gain, shift, { groups: 8, epsilon: 1e-5 }));
  }
  const [batch, ...rest] = x.shape as [number, ...number[]];
  const width = rest.reduce((product, size) => product * size, 1);
  return linear(graph, "picture.projection", op.reshape(x, [batch, width]), demoClipDims);
}

/**
 * Word vectors, each mixed twice with its neighbours ("blue collar", "blue couch"), averaged, and mapped.
 *
 * @param words [batch, 32] int64: rows of the vocabulary
 * @param mask [batch, 32]: 1 for a word, 0 after the last one
 * @param vocabularySize rows of the vocabulary, the one for unknown words included
 * @returns [batch, 64]; not of unit length
 */
export function captionTower(words: Tensor, mask: Tensor, vocabularySize: number): Tensor {
  const { graph } = words;
  const [batch] = words.shape as readonly [number, number];
  const table = graph.parameter("caption.words.weight", [vocabularySize, wordWidth]);
  const present = op.reshape(mask, [batch, 1, 1, demoClipWords]);
  const asRow = op.transpose(op.embedding(table, words), [0, 2, 1]);
  let x = op.mul(op.reshape(asRow, [batch, wordWidth, 1, demoClipWords]), present);
  for (let index = 0; index < wordMixings; index++) {
    const name = `caption.mixing.${index}`;
    const weight = graph.parameter(`${name}.weight`, [wordWidth, wordWidth, 1, 3]);
    const bias = graph.parameter(`${name}.bias`, [wordWidth]);
    const mixed = op.gelu(op.conv2d(x, weight, bias, { padding: [0, 1, 0, 1] }));
    x = op.mul(op.add(x, mixed), present);
  }
  const mean = op.div(
    op.reshape(op.reduceSum(x, [2, 3]), [batch, wordWidth]),
    op.reduceSum(mask, [1], { keepDims: true }),
  );
  const hidden = op.gelu(linear(graph, "caption.hidden", mean, 2 * wordWidth));
  return linear(graph, "caption.projection", hidden, demoClipDims);
}

function linear(graph: Graph, name: string, x: Tensor, outputs: number): Tensor {
  const weight = graph.parameter(`${name}.weight`, [outputs, x.shape.at(-1)!]);
  return op.linear(x, weight, graph.parameter(`${name}.bias`, [outputs]));
}
