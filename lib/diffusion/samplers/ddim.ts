/** DDIM sampling: deterministic by default, with eta 1 as random as ancestral sampling. */
import { z } from "zod";
import { combine, type GaussianDiffusion } from "../process/gaussian-diffusion";
import { setting } from "../settings/setting";
import { guessGuidedClean } from "./clean-guess";
import { takeNoise } from "./noise-source";
import { type Denoiser, describeSampler, type SamplerOptions } from "./sampler";

export interface DdimOptions extends SamplerOptions {
  /** Share of the noise that is drawn anew at each step: 0 (the default) none, 1 as much as in the process. */
  readonly eta?: number;
}

/**
 * Song et al. 2021 (arXiv 2010.02502), equations 12 and 16: with σ = η √((1-ᾱ')/(1-ᾱ)) √(1-ᾱ/ᾱ'), where ᾱ' is one
 * step less noisy, x' = √ᾱ' x_0 + √(1-ᾱ'-σ²) ε + σ z. The noise ε is that of the clipped x_0. No z at the last step.
 *
 * A Sampler; needs `noiseAt` only where eta is above 0.
 */
export async function sampleDdim(
  denoise: Denoiser,
  diffusion: GaussianDiffusion,
  startNoise: Float32Array,
  options: DdimOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { onStep, eta = 0 } = options;
  let sample = new Float32Array(startNoise);
  for (let stepIndex = 0; stepIndex < diffusion.stepCount; stepIndex++) {
    const step = diffusion.stepCount - 1 - stepIndex;
    const timestep = diffusion.timesteps[step] as number;
    const alphaBar = diffusion.alphasCumprod[step] as number;
    const alphaBarPrevious = diffusion.alphasCumprodPrevious[step] as number;
    const output = await denoise(sample, timestep);
    const predictedClean = await guessGuidedClean(diffusion, sample, output.noise, step, options);
    const noise = diffusion.predictNoise(sample, predictedClean, step);
    const sigma =
      eta * Math.sqrt((1 - alphaBarPrevious) / (1 - alphaBar)) * Math.sqrt(1 - alphaBar / alphaBarPrevious);
    // With eta 1 the difference is 0 up to rounding at the last step.
    const kept = Math.sqrt(Math.max(0, 1 - alphaBarPrevious - sigma ** 2));
    const mean = combine(predictedClean, Math.sqrt(alphaBarPrevious), noise, kept);
    const isLast = step === 0;
    sample =
      sigma === 0 || isLast ? mean : combine(mean, 1, takeNoise(options, stepIndex, mean.length), sigma);
    await onStep?.({ stepIndex, stepCount: diffusion.stepCount, timestep, sample, predictedClean });
  }
  return sample;
}

export const ddim = describeSampler({
  name: "ddim",
  title: "DDIM",
  description: "First order and deterministic; with eta above 0 it adds fresh noise.",
  defaultSteps: 50,
  settings: {
    eta: setting(z.number().min(0).max(1).default(0), {
      label: "Eta",
      description: "Share of fresh noise at each step",
      help: "0 adds none; 1 adds as much as ancestral sampling.",
    }),
  },
  create:
    ({ eta }) =>
    (denoise, diffusion, startNoise, options) =>
      sampleDdim(denoise, diffusion, startNoise, { ...options, eta }),
});
