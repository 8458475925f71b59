/** DPM-Solver++(2M): a deterministic second-order sampler that needs fewer steps than DDIM. */
import { combine } from "../process/gaussian-diffusion";
import { guessGuidedClean } from "./clean-guess";
import { evenInLogSnr, halfLogSnr } from "./even-log-snr";
import { describeSampler, type Sampler } from "./sampler";

/**
 * Lu et al. 2022 (arXiv 2211.01095), algorithm 2, with λ = log(α/σ), α = √ᾱ, σ = √(1-ᾱ). With h = λ' - λ and the
 * clean guesses D (this step's) and D₋ (the last one's, h₋ before):
 * x' = (σ'/σ) x - α' (e^{-h} - 1) (D + h/(2 h₋) (D - D₋)).
 *
 * The first step has no earlier guess and is of first order; the last goes to the clean image, σ' = 0, and is D.
 *
 * Of `diffusion` only the number of steps and the full process count: the timesteps are chosen evenly in λ. Draws no
 * noise: `noiseAt` is not used.
 */
export const sampleDpmSolverPlusPlus: Sampler = async (denoise, diffusion, startNoise, options = {}) => {
  const { onStep } = options;
  const process = evenInLogSnr(diffusion);
  const lambda = process.alphasCumprod.map(halfLogSnr);
  let sample = new Float32Array(startNoise);
  let earlierClean: Float32Array | null = null;
  for (let stepIndex = 0; stepIndex < process.stepCount; stepIndex++) {
    const step = process.stepCount - 1 - stepIndex;
    const timestep = process.timesteps[step] as number;
    const { noise } = await denoise(sample, timestep);
    const predictedClean = await guessGuidedClean(process, sample, noise, step, options);
    if (step === 0) {
      sample = predictedClean;
    } else {
      const h = (lambda[step - 1] as number) - (lambda[step] as number);
      let clean = predictedClean;
      if (earlierClean !== null) {
        const weight = h / (2 * ((lambda[step] as number) - (lambda[step + 1] as number)));
        clean = combine(predictedClean, 1 + weight, earlierClean, -weight);
      }
      const alphaBar = process.alphasCumprod[step] as number;
      const alphaBarNext = process.alphasCumprod[step - 1] as number;
      const sigmaRatio = Math.sqrt((1 - alphaBarNext) / (1 - alphaBar));
      sample = combine(sample, sigmaRatio, clean, -Math.sqrt(alphaBarNext) * Math.expm1(-h));
    }
    earlierClean = predictedClean;
    await onStep?.({ stepIndex, stepCount: process.stepCount, timestep, sample, predictedClean });
  }
  return sample;
};

export const dpmSolverPlusPlus = describeSampler({
  name: "dpm-solver++",
  title: "DPM-Solver++ (2M)",
  description: "Second order and deterministic: few steps for published weights.",
  defaultSteps: 25,
  settings: {},
  create: () => sampleDpmSolverPlusPlus,
});
