/** DPM-Solver++(2M): a deterministic second-order sampler that needs fewer steps than DDIM. */
import { combine, type GaussianDiffusion } from "../process/gaussian-diffusion";
import type { Sampler } from "./sampler";

/**
 * The lowest half log signal-to-noise ratio that is sampled from. The cosine schedule's last steps lie far below it:
 * there x_0 = (x - σ ε) / α divides by almost 0. -5.1 is just below the last step of the linear schedule, which is
 * thereby left whole.
 */
const lowestHalfLogSnr = -5.1;

/**
 * Lu et al. 2022 (arXiv 2211.01095), algorithm 2, with λ = log(α/σ), α = √ᾱ, σ = √(1-ᾱ). With h = λ' - λ and the
 * clean guesses D (this step's) and D₋ (the last one's, h₋ before):
 * x' = (σ'/σ) x - α' (e^{-h} - 1) (D + h/(2 h₋) (D - D₋)).
 *
 * The first step has no earlier guess and is of first order; the last goes to the clean picture, σ' = 0, and is D.
 *
 * Of `diffusion` only the number of steps and the full process count: the timesteps are chosen evenly in λ. Even
 * timesteps make the last intervals of λ so long that the extrapolation can do worse than DDIM. Draws no noise:
 * `noiseAt` is not used.
 */
export const sampleDpmSolverPlusPlus: Sampler = async (denoise, diffusion, startNoise, options = {}) => {
  const { onStep, clipDenoised = true } = options;
  const process = diffusion.withTimesteps(chooseTimesteps(diffusion));
  const halfLogSnr = process.alphasCumprod.map(alphaBarToHalfLogSnr);
  let sample = new Float32Array(startNoise);
  let earlierClean: Float32Array | null = null;
  for (let stepIndex = 0; stepIndex < process.stepCount; stepIndex++) {
    const step = process.stepCount - 1 - stepIndex;
    const timestep = process.timesteps[step] as number;
    const { noise } = await denoise(sample, timestep);
    const predictedClean = process.predictClean(sample, noise, step, { clip: clipDenoised });
    if (step === 0) {
      sample = predictedClean;
    } else {
      const h = (halfLogSnr[step - 1] as number) - (halfLogSnr[step] as number);
      let clean = predictedClean;
      if (earlierClean !== null) {
        const weight = h / (2 * ((halfLogSnr[step] as number) - (halfLogSnr[step + 1] as number)));
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

function alphaBarToHalfLogSnr(alphaBar: number): number {
  return 0.5 * Math.log(alphaBar / (1 - alphaBar));
}

/**
 * As many timesteps as `diffusion` keeps, ascending and nearly even in λ from step 0 to the noisiest one allowed.
 * Near step 0, where λ changes most from one timestep to the next, neighbours are taken instead of repeating one.
 */
function chooseTimesteps(diffusion: GaussianDiffusion): number[] {
  const halfLogSnr = diffusion.fullAlphasCumprod.map(alphaBarToHalfLogSnr);
  const noisiest = Math.max(
    0,
    halfLogSnr.findLastIndex((value) => value >= lowestHalfLogSnr),
  );
  const count = Math.min(diffusion.stepCount, noisiest + 1);
  const [highest, lowest] = [halfLogSnr[0] as number, halfLogSnr[noisiest] as number];
  const timesteps: number[] = [];
  let timestep = noisiest;
  for (let index = 0; index < count; index++) {
    const target = lowest + ((highest - lowest) * index) / Math.max(1, count - 1);
    const least = count - 1 - index;
    const distance = (candidate: number) => Math.abs((halfLogSnr[candidate] as number) - target);
    while (timestep > least && distance(timestep - 1) <= distance(timestep)) timestep--;
    timesteps.unshift(timestep);
    timestep--;
  }
  return timesteps;
}
