/** CLIP guidance: the gradient that increases a noisy image's agreement with its caption. */
import type { NoisedClip } from "../noised-clip/noised-clip";

/**
 * A guiding gradient for samplers: the noised CLIP's, of the cosine times its logit scale, times `scale`. It is asked
 * about x_t itself, at timesteps of the full process.
 *
 * Source: Nichol et al. 2021 (arXiv 2112.10741), section 2.3.
 */
export async function clipGradient(
  clip: NoisedClip,
  caption: string,
  scale: number,
): Promise<(x: Float32Array<ArrayBuffer>, timestep: number) => Promise<Float32Array>> {
  const { embedding } = await clip.embedCaption(clip.tokensOf(caption));
  return async (x, timestep) => {
    const { gradient } = await clip.judge(x, timestep, embedding);
    return gradient.map((value) => scale * value);
  };
}
