/** Classifier-free guidance: how strongly to follow the caption, beyond what the model does by itself. */
import { combine } from "../process/gaussian-diffusion";

/**
 * The guided noise: unconditional + scale · (conditional - unconditional). Scale 1 is the model's own prediction for the
 * caption, 0 ignores the caption, GLIDE's notebook uses 3.
 *
 * Only the predicted noise is guided; the variance channels stay those of the conditional half, as in the reference.
 *
 * Source: Ho and Salimans 2021 (arXiv 2207.12598) in GLIDE's form (arXiv 2112.10741, equation 8).
 */
export function guide(
  conditional: Float32Array,
  unconditional: Float32Array,
  scale: number,
): Float32Array<ArrayBuffer> {
  return combine(conditional, scale, unconditional, 1 - scale);
}
