/** Ancestral sampling: each step draws x_{t-1} from the model's Gaussian p(x_{t-1} | x_t). */
import { SemblanceError } from "@/lib/errors";
import { takeNoise } from "./noise-source";
import { describeSampler, type Sampler } from "./sampler";

/**
 * Algorithm 2 of Ho et al. 2020 (arXiv 2006.11239), with the variance learned as in Nichol and Dhariwal 2021
 * (arXiv 2102.09672, equation 15). The last step takes the mean and adds no noise.
 *
 * Needs `noiseAt` unless the process has a single step.
 */
export const sampleAncestral: Sampler = async (denoise, diffusion, startNoise, options = {}) => {
  const { onStep, clipDenoised = true } = options;
  let sample = new Float32Array(startNoise);
  for (let stepIndex = 0; stepIndex < diffusion.stepCount; stepIndex++) {
    const step = diffusion.stepCount - 1 - stepIndex;
    const timestep = diffusion.timesteps[step] as number;
    const { noise, varianceInterpolation } = await denoise(sample, timestep);
    const predictedClean = diffusion.predictClean(sample, noise, step, { clip: clipDenoised });
    const next = diffusion.posteriorMean(predictedClean, sample, step);
    if (step > 0) {
      const logVariance = diffusion.modelLogVariance(varianceInterpolation, step, next.length);
      if (logVariance.length !== next.length) {
        throw new SemblanceError(
          "shape_mismatch",
          `The model returned ${logVariance.length} variances for ${next.length} values.`,
          { remedy: "Check that the model's options match its weights." },
        );
      }
      const fresh = takeNoise(options, stepIndex, next.length);
      for (let index = 0; index < next.length; index++) {
        next[index] =
          (next[index] as number) + Math.exp((logVariance[index] as number) / 2) * (fresh[index] as number);
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
  description:
    "GLIDE’s own: fresh noise at every step. Slow, and the safest choice for small or briefly trained models.",
  defaultSteps: 100,
  settings: {},
  create: () => sampleAncestral,
});
