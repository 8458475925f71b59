/** An exact denoiser for images whose values are independent and normal. */
import type { GaussianDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import type { Denoiser } from "@/lib/diffusion/samplers/sampler";

export interface GaussianData {
  readonly mean: number;
  readonly deviation: number;
}

/** ᾱ of a timestep of the full process, and the moments of x_t = √ᾱ x_0 + √(1-ᾱ) ε there. */
export function momentsAt(data: GaussianData, alphaBar: number): { mean: number; variance: number } {
  return {
    mean: Math.sqrt(alphaBar) * data.mean,
    variance: alphaBar * data.deviation ** 2 + 1 - alphaBar,
  };
}

/** E[x_0 | x_t], by regression: mean + cov / var · (x_t - its mean). */
export function expectedClean(data: GaussianData, alphaBar: number, noisy: number): number {
  const { mean, variance } = momentsAt(data, alphaBar);
  return data.mean + ((Math.sqrt(alphaBar) * data.deviation ** 2) / variance) * (noisy - mean);
}

/**
 * The best denoiser for such data. Its variance channels make the model's variance that of the true reverse
 * transition q(x_{t-1} | x_t): the posterior's plus what the uncertainty about x_0 adds.
 */
export function exactDenoiser(data: GaussianData, diffusion: GaussianDiffusion): Denoiser {
  return async (x, timestep) => {
    const alphaBar = diffusion.fullAlphasCumprod[timestep] as number;
    const noise = x.map(
      (value) =>
        (value - Math.sqrt(alphaBar) * expectedClean(data, alphaBar, value)) / Math.sqrt(1 - alphaBar),
    );
    const step = diffusion.timesteps.indexOf(timestep);
    if (step <= 0) return { noise, varianceInterpolation: null };
    const uncertainty = (data.deviation ** 2 * (1 - alphaBar)) / momentsAt(data, alphaBar).variance;
    const variance =
      (diffusion.posteriorVariance[step] as number) +
      (diffusion.posteriorMeanCoef1[step] as number) ** 2 * uncertainty;
    const least = diffusion.posteriorLogVarianceClipped[step] as number;
    const most = Math.log(diffusion.betas[step] as number);
    const channel = (2 * (Math.log(variance) - least)) / (most - least) - 1;
    return { noise, varianceInterpolation: new Float32Array(x.length).fill(channel) };
  };
}

/**
 * Where the probability flow takes a value from one noise level to another (Song et al. 2021, arXiv 2011.13456,
 * equation 13, solved for normal data): its distance from the mean in deviations stays.
 */
export function flow(data: GaussianData, fromAlphaBar: number, toAlphaBar: number, value: number): number {
  const from = momentsAt(data, fromAlphaBar);
  const to = momentsAt(data, toAlphaBar);
  return to.mean + (value - from.mean) * Math.sqrt(to.variance / from.variance);
}
