/** The noised CLIP's graphs for sampling: what a caption is, and which way a noisy image agrees with it more. */
import { gradients } from "@/lib/engine/autodiff";
import { Graph } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { encodeCaptions, encodeNoisyImages, toLengthOne } from "./clip-encoders";
import type { ClipOptions } from "./clip-options";

/**
 * The text encoder. Inputs: `tokens` [1, max_text_len] int64, and `end_position` [1, 1, max_text_len] float32, 1 at the
 * end mark and 0 elsewhere. Outputs: `features` [1, n_embd], and `embedding`, the same of length 1.
 */
export function buildClipTextGraph(options: ClipOptions): Graph {
  const graph = new Graph("noised_clip_text");
  const tokens = graph.input("tokens", [1, options.max_text_len], "int64");
  const endPosition = graph.input("end_position", [1, 1, options.max_text_len]);
  const features = encodeCaptions({ tokens, endPosition }, options);
  graph.output("features", features);
  graph.output("embedding", toLengthOne(features));
  return graph;
}

/**
 * The image encoder, and the gradient that increases an image's agreement with a caption. Inputs: `image` [1, 3, image_size,
 * image_size], an image of [-1, 1] with the process's noise; `timestep` [1] int64 of the full process; `caption`
 * [1, n_embd], an embedding of length 1. Outputs: `features` [1, n_embd]; `embedding`, the same of length 1; `agreement`,
 * the cosine to the caption times the logit scale; `gradient`, of the agreement by `image`.
 */
export function buildClipImageGraph(options: ClipOptions): Graph {
  const graph = new Graph("noised_clip_image");
  const image = graph.input("image", [1, 3, options.image_size, options.image_size]);
  const timestep = graph.input("timestep", [1], "int64");
  const caption = graph.input("caption", [1, options.n_embd]);
  const features = encodeNoisyImages({ image, timestep }, options);
  const embedding = toLengthOne(features);
  const cosine = op.reduceSum(op.mul(embedding, caption), [0, 1]);
  // The reference stores the logarithm in float32.
  const agreement = op.mul(cosine, Math.exp(Math.fround(Math.log(options.logit_scale))));
  const [gradient] = gradients(agreement, [image]);
  graph.output("features", features);
  graph.output("embedding", embedding);
  graph.output("agreement", agreement);
  graph.output("gradient", gradient!);
  return graph;
}
