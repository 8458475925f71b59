/** Classifier-free guidance: how strongly to follow the caption, beyond what the model does by itself. */
import type { Graph, Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";

/** Names of the inputs that `guide` declares. */
export type GuidanceFeeds = { caption_share: Float32Array; empty_caption_share: Float32Array };

/** Scale 1 is the model's own prediction for the caption, 0 ignores the caption, GLIDE's notebook uses 3. */
export function guidanceFeeds(scale: number): GuidanceFeeds {
  return { caption_share: Float32Array.of(scale), empty_caption_share: Float32Array.of(1 - scale) };
}

/**
 * The guided prediction: its noise is unconditional + scale · (conditional - unconditional).
 *
 * Only the predicted noise is guided; the variance channels stay those of the conditional half, as in the reference.
 *
 * Source: Ho and Salimans 2021 (arXiv 2207.12598) in GLIDE's form (arXiv 2112.10741, equation 8).
 *
 * @param halves [2B, 6, size, size]: predictions with the captions, then those with the empty caption
 * @returns [B, 6, size, size]
 */
export function guide(graph: Graph, halves: Tensor): Tensor {
  const images = halves.shape[0]! / 2;
  const [conditional, unconditional] = op.split(halves, [images, images], 0) as [Tensor, Tensor];
  const [noise, variance] = op.split(conditional, [3, 3], 1) as [Tensor, Tensor];
  const emptyNoise = op.slice(unconditional, { axis: 1, start: 0, end: 3 });
  const shared = (name: keyof GuidanceFeeds, values: Tensor) => op.mul(values, graph.input(name, []));
  return op.concat(
    [op.add(shared("caption_share", noise), shared("empty_caption_share", emptyNoise)), variance],
    1,
  );
}
