/** Predicted x₀, with known pixels and a guiding gradient taken into account. */
import { combine, type GaussianDiffusion } from "../process/gaussian-diffusion";
import type { SamplerOptions } from "./sampler";

/**
 * The x_0 that the predicted noise implies, with known pixels inserted, then limited to [-1, 1].
 *
 * Source for the known pixels: openai/glide-text2im, notebooks/inpaint.ipynb.
 */
export function guessClean(
  process: GaussianDiffusion,
  x: Float32Array,
  noise: Float32Array,
  step: number,
  { clipDenoised = true, known }: SamplerOptions,
): Float32Array<ArrayBuffer> {
  if (known === undefined) return process.predictClean(x, noise, step, { clip: clipDenoised });
  const clean = process.predictClean(x, noise, step, { clip: false });
  for (let index = 0; index < clean.length; index++) {
    const mask = known.mask[index]!;
    const value = clean[index]! * (1 - mask) + known.pixels[index]! * mask;
    clean[index] = clipDenoised ? Math.min(1, Math.max(-1, value)) : value;
  }
  return clean;
}

/**
 * The same for samplers that follow the probability flow: a guiding gradient g shifts the score, so the noise becomes
 * ε - √(1-ᾱ) g, where ε is the noise of the limited guess; the x_0 of that is not limited again.
 *
 * Source: Dhariwal and Nichol 2021 (arXiv 2105.05233), algorithm 2; openai/glide-text2im, gaussian_diffusion.py.
 */
export async function guessGuidedClean(
  process: GaussianDiffusion,
  x: Float32Array<ArrayBuffer>,
  noise: Float32Array,
  step: number,
  options: SamplerOptions,
): Promise<Float32Array<ArrayBuffer>> {
  const clean = guessClean(process, x, noise, step, options);
  const gradient = await options.guidingGradient?.(x, process.timesteps[step]!);
  if (gradient === undefined) return clean;
  const deviation = Math.sqrt(1 - process.alphasCumprod[step]!);
  const shifted = combine(process.predictNoise(x, clean, step), 1, gradient, -deviation);
  return process.predictClean(x, shifted, step, { clip: false });
}
