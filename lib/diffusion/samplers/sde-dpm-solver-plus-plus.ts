/** SDE-DPM-Solver++(2M): second order, with fresh noise at every step, which washes out what earlier steps got wrong. */
import { combine } from "../process/gaussian-diffusion";
import { takeNoise } from "./noise-source";
import { describeSampler, type Sampler } from "./sampler";
import { takeSecondOrderSteps } from "./second-order-steps";

/**
 * Lu et al. 2022 (arXiv 2211.01095), section 5.2 and appendix B.4, with λ = log(α/σ), α = √ᾱ, σ = √(1-ᾱ). With h = λ' - λ, the
 * clean guesses D (this step's) and D₋ (the last one's, h₋ before) and standard normal z:
 * x' = (σ'/σ) e^{-h} x + α' (1 - e^{-2h}) (D + h/(2 h₋) (D - D₋)) + σ' √(1 - e^{-2h}) z.
 *
 * The first step has no earlier guess and is of first order, which is DDIM with η = 1; the last goes to the clean image,
 * σ' = 0, and is D.
 *
 * Of `diffusion` only the number of steps and the full process count: the timesteps are chosen evenly in λ. Needs `noiseAt`
 * unless the process has a single step.
 */
export const sampleSdeDpmSolverPlusPlus: Sampler = (denoise, diffusion, startNoise, options = {}) =>
  takeSecondOrderSteps(
    denoise,
    diffusion,
    startNoise,
    options,
    ({ stepIndex, sample, clean, alphaBar, alphaBarNext, h }) => {
      const kept = Math.sqrt((1 - alphaBarNext) / (1 - alphaBar)) * Math.exp(-h);
      const renewed = -Math.expm1(-2 * h);
      const mean = combine(sample, kept, clean, Math.sqrt(alphaBarNext) * renewed);
      const fresh = takeNoise(options, stepIndex, mean.length);
      return combine(mean, 1, fresh, Math.sqrt((1 - alphaBarNext) * renewed));
    },
  );

export const sdeDpmSolverPlusPlus = describeSampler({
  name: "sde-dpm-solver++",
  title: "SDE-DPM-Solver++ (2M)",
  description: "Second order, with fresh noise at every step: few steps for small or briefly trained models.",
  defaultSteps: 25,
  settings: {},
  create: () => sampleSdeDpmSolverPlusPlus,
});
