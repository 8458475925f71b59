/** The loss of images and captions that belong together, and the graph by which a noised CLIP learns from it. */
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { encodeCaptions, encodeNoisyImages, toLengthOne } from "../../noised-clip/clip-encoders";
import type { ClipOptions } from "../../noised-clip/clip-options";
import { outputGradients } from "../training-graph";

/** Added to the product of a pair that is left out. */
const LEFT_OUT = -1e4;
/** Keeps the logarithm finite where softmax gives 0. */
const SHARE_EPSILON = 1e-30;

/** Which encoder a weight belongs to; the rest of its name is the published one. */
export const imagePrefix = "image.";
export const textPrefix = "text.";
/** The natural logarithm of the factor on the cosines, [1]. */
export const logScaleName = "log_logit_scale";

/**
 * The symmetric contrastive loss: the mean cross-entropy of finding each caption's image among all images, and each image's
 * caption among all captions, by their cosines times exp(logScale).
 *
 * Source: Radford et al. 2021 (arXiv 2103.00020), figure 3.
 *
 * @param captions [batch, n], rows of length 1
 * @param images [batch, n], rows of length 1; each belongs to the caption of its row
 * @param logScale [1]
 * @param leftOut [batch, batch], 1 where the row's caption is also true of the column's image, so that the pair is
 *   no mistake and takes no part; else 0
 */
export function contrastiveLoss(
  captions: Tensor,
  images: Tensor,
  { logScale, leftOut }: { readonly logScale: Tensor; readonly leftOut: Tensor },
): Tensor {
  const batch = captions.shape[0]!;
  const cosines = op.matmul(captions, images, { transposeB: true });
  const products = op.add(op.mul(cosines, op.exp(logScale)), op.mul(leftOut, LEFT_OUT));
  const own = new Float32Array(batch ** 2).map((_, at) => Number(at % (batch + 1) === 0));
  const pairs = captions.graph.constant(own, [batch, batch]);
  const ofCaptions = crossEntropy(products, pairs);
  return op.mul(op.add(ofCaptions, crossEntropy(op.transpose(products, [1, 0]), pairs)), 0.5);
}

/** Mean over rows of -log of the share that softmax gives to the column marked with 1. */
export function crossEntropy(products: Tensor, right: Tensor): Tensor {
  const share = op.reduceSum(op.mul(op.softmax(products, 1), right), [1]);
  return op.neg(op.reduceMean(op.log(op.add(share, SHARE_EPSILON)), [0]));
}

/**
 * A training step of both encoders. Inputs: `image` [batch, 3, image_size, image_size], noisy; `timestep` [batch] int64;
 * `tokens` [batch, max_text_len] int64; `end_position` [batch, 1, max_text_len]; `left_out` as contrastiveLoss. The
 * parameters are those of both encoders, each with its prefix, and the logit scale's logarithm. Outputs: `loss`, and its
 * gradients under `gradientOf` of the parameters' names.
 */
export function buildClipTrainingGraph(options: ClipOptions, batch: number): Graph {
  const graph = new Graph("noised_clip_training");
  const { image_size: sizePx, max_text_len: context } = options;
  const image = graph.input("image", [batch, 3, sizePx, sizePx]);
  const timestep = graph.input("timestep", [batch], "int64");
  const tokens = graph.input("tokens", [batch, context], "int64");
  const endPosition = graph.input("end_position", [batch, 1, context]);
  const leftOut = graph.input("left_out", [batch, batch]);
  const logScale = graph.parameter(logScaleName, [1]);
  const captions = toLengthOne(encodeCaptions({ tokens, endPosition }, options, textPrefix));
  const images = toLengthOne(encodeNoisyImages({ image, timestep }, options, imagePrefix));
  const loss = contrastiveLoss(captions, images, { logScale, leftOut });
  outputGradients(graph, loss, {
    learning: [...graph.parameters],
    recomputesBlocks: false,
    scalesLoss: false,
  });
  return graph;
}
