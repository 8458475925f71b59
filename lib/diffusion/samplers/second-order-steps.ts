/** What the deterministic and the stochastic DPM-Solver++(2M) share: predicted x₀, extrapolated from the step before. */
import { combine, type GaussianDiffusion } from "../process/gaussian-diffusion";
import { guessGuidedClean } from "./clean-guess";
import { evenInLogSnr, halfLogSnr } from "./even-log-snr";
import type { Denoiser, SamplerOptions } from "./sampler";

/** A step from one noise level to the next, less noisy one. */
type SecondOrderStep = {
  readonly stepIndex: number;
  readonly sample: Float32Array<ArrayBuffer>;
  /** D + h/(2 h₋) (D - D₋), from this step's predicted x₀ and the last one's; in the first step D. */
  readonly clean: Float32Array;
  /** ᾱ of both levels. */
  readonly alphaBar: number;
  readonly alphaBarNext: number;
  /** h, by how much λ = log(α/σ) rises. */
  readonly h: number;
};

/**
 * Lu et al. 2022 (arXiv 2211.01095), algorithm 2 and appendix B.4, with λ = log(α/σ), α = √ᾱ, σ = √(1-ᾱ). The last step goes to the
 * clean image, σ' = 0, and is predicted x₀.
 *
 * @param diffusion only its number of steps and the full process count: the timesteps are chosen evenly in λ
 * @param advance makes the next sample
 */
export async function takeSecondOrderSteps(
  denoise: Denoiser,
  diffusion: GaussianDiffusion,
  startNoise: Float32Array,
  options: SamplerOptions,
  advance: (step: SecondOrderStep) => Float32Array<ArrayBuffer>,
): Promise<Float32Array<ArrayBuffer>> {
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
      sample = advance({ stepIndex, sample, clean, alphaBar, alphaBarNext, h });
    }
    earlierClean = predictedClean;
    await options.onStep?.({ stepIndex, stepCount: process.stepCount, timestep, sample, predictedClean });
  }
  return sample;
}
