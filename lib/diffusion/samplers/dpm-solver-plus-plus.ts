/** DPM-Solver++(2M): a deterministic second-order sampler that needs fewer steps than DDIM. */
import { combine } from "../process/gaussian-diffusion";
import { describeSampler, type Sampler } from "./sampler";
import { takeSecondOrderSteps } from "./second-order-steps";

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
export const sampleDpmSolverPlusPlus: Sampler = (denoise, diffusion, startNoise, options = {}) =>
  takeSecondOrderSteps(
    denoise,
    diffusion,
    startNoise,
    options,
    ({ sample, clean, alphaBar, alphaBarNext, h }) =>
      combine(
        sample,
        Math.sqrt((1 - alphaBarNext) / (1 - alphaBar)),
        clean,
        -Math.sqrt(alphaBarNext) * Math.expm1(-h),
      ),
  );

export const dpmSolverPlusPlus = describeSampler({
  name: "dpm-solver++",
  title: "DPM-Solver++ (2M)",
  description: "Second order and deterministic: few steps for published weights.",
  defaultSteps: 25,
  settings: {},
  create: () => sampleDpmSolverPlusPlus,
});
