/** Ancestral sampling: each step draws x_{t-1} from the model's Gaussian p(x_{t-1} | x_t). */
import { SemblanceError } from "@/lib/errors";
import { guessClean } from "./clean-guess";
import { takeNoise } from "./noise-source";
import { describeSampler, type Sampler } from "./sampler";

/**
 * Algorithm 2 of Ho et al. 2020 (arXiv 2006.11239), with the variance learned as in Nichol and Dhariwal 2021
 * (arXiv 2102.09672, equation 15). The last step takes the mean and adds no noise.
 *
 * A guiding gradient moves the mean by the learned variance times the gradient, in the last step too (Dhariwal and
 * Nichol 2021, arXiv 2105.05233, algorithm 1).
 *
 * Needs `noiseAt` unless the process has a single step.
 */
export const sampleAncestral: Sampler = async (denoise, diffusion, startNoise, options = {}) => {
  const { onStep, guidingGradient } = options;
  let sample = new Float32Array(startNoise);
  for (let stepIndex = 0; stepIndex < diffusion.stepCount; stepIndex++) {
    const step = diffusion.stepCount - 1 - stepIndex;
    const timestep = diffusion.timesteps[step] as number;
    const { noise, varianceInterpolation } = await denoise(sample, timestep);
    const predictedClean = guessClean(diffusion, sample, noise, step, options);
    const next = diffusion.posteriorMean(predictedClean, sample, step);
    const gradient = await guidingGradient?.(sample, timestep);
    if (gradient !== undefined || step > 0) {
      const logVariance = diffusion.modelLogVariance(varianceInterpolation, step, next.length);
      if (logVariance.length !== next.length) {
        throw new SemblanceError(
          "shape_mismatch",
          `The model returned ${logVariance.length} variances for ${next.length} values.`,
          { remedy: "Check that the model's options match its weights." },
        );
      }
      const fresh = step > 0 ? takeNoise(options, stepIndex, next.length) : null;
      for (let index = 0; index < next.length; index++) {
        const deviation = Math.exp((logVariance[index] as number) / 2);
        next[index] =
          (next[index] as number) +
          deviation ** 2 * (gradient?.[index] ?? 0) +
          deviation * (fresh?.[index] ?? 0);
      }
    }
    sample = next;
    await onStep?.({ stepIndex, stepCount: diffusion.stepCount, timestep, sample, predictedClean });
  }
  return sample;
};

export const ancestral = describeSampler({
  name: "ancestral",
  title: "Ancestral",
  description: "GLIDE’s own: fresh noise at every step. Slow, and the reference for all others.",
  defaultSteps: 100,
  settings: {},
  create: () => sampleAncestral,
});
