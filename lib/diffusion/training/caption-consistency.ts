/**
 * Consistency between captions: a term of the training loss that draws the text transformer's pooled outputs of captions of
 * one image together, and those of different images apart.
 */
import type { Graph, Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { declareCaptions } from "../model/model-graphs";
import type { TextArchitecture } from "../model/model-options";
import { encodeStates, lastState } from "../model/text-transformer";

/** The names of the term's inputs begin with this; see pairFeeds. */
export const pairPrefix = "pair_";

/** Far below every similarity over a temperature, near enough for finite arithmetic. */
const EXCLUDED = -10_000;

/** Under a vector's square length, so that one of zeros has a direction. */
const SMALLEST_SQUARE = 1e-12;

/**
 * The term for a batch of N images, a scalar. Two captions of each image are encoded by the weights that encode captions for
 * the UNet, without caption dropout. What is compared is the last position of the text transformer after its final norm, which
 * a projection then adds to the embedding of the timestep: the projection is left to the diffusion loss.
 *
 * Inputs of the graph: `pair_tokens` and `pair_text_mask` of 2N captions, and what contrastiveLoss takes as
 * `pair_candidates` [2N, 2N] bool and `pair_weights` [2N, 2N].
 */
export function captionConsistency(
  graph: Graph,
  text: TextArchitecture,
  { imageCount, temperature }: { readonly imageCount: number; readonly temperature: number },
): Tensor {
  const rows = 2 * imageCount;
  const pooled = lastState(encodeStates(text, declareCaptions(graph, text, rows, pairPrefix)));
  const candidates = graph.input(`${pairPrefix}candidates`, [rows, rows], "bool");
  const weights = graph.input(`${pairPrefix}weights`, [rows, rows]);
  // Exponentials of similarities over a small temperature leave the range of halves.
  return graph.inFullPrecision(() => contrastiveLoss(pooled, { candidates, weights, temperature }));
}

/**
 * InfoNCE (van den Oord et al. 2018, arXiv 1807.03748, equation 4) with the cosine as similarity, in SimCLR's form (Chen et
 * al. 2020, arXiv 2002.05709, equation 1, NT-Xent): with s the similarities over the temperature,
 *
 *   Σ_ij weights_ij · (log Σ_k∈candidates(i) exp s_ik - s_ij)
 *
 * It is symmetric: both captions of a pair are anchors, and each is compared with all other captions of the batch, those
 * that came first and second.
 *
 * @param vectors [R, width]
 * @param candidates [R, R] bool, true where the column is compared with the anchor of the row; never the anchor itself
 * @param weights [R, R], above 0 where the column belongs to the anchor; their sum is 1, or 0 where nothing belongs together
 */
export function contrastiveLoss(
  vectors: Tensor,
  {
    candidates,
    weights,
    temperature,
  }: { readonly candidates: Tensor; readonly weights: Tensor; readonly temperature: number },
): Tensor {
  const square = op.reduceSum(op.square(vectors), [1], { keepDims: true });
  const directions = op.div(vectors, op.sqrt(op.add(square, SMALLEST_SQUARE)));
  const similarities = op.matmul(directions, op.transpose(directions, [1, 0]), { scale: 1 / temperature });
  const ofAnchors = op.reduceSum(
    op.mul(logSumExp(op.where(candidates, similarities, EXCLUDED)), weights),
    [0, 1],
  );
  return op.sub(ofAnchors, op.reduceSum(op.mul(similarities, weights), [0, 1]));
}

/**
 * log Σ exp x over each row, [R, 1]. The softmax's mean m of x is at most log(columns) below it: with p the softmax,
 * log Σ exp x = m + the entropy of p. So nothing overflows, and not everything underflows.
 */
function logSumExp(x: Tensor): Tensor {
  const mean = op.stopGradient(op.reduceSum(op.mul(op.softmax(x, 1), x), [1], { keepDims: true }));
  return op.add(mean, op.log(op.reduceSum(op.exp(op.sub(x, mean)), [1], { keepDims: true })));
}
