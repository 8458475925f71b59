/** How far a deterministic sampler strays from the probability flow of normal data. */
import { GaussianDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import type { Sampler } from "@/lib/diffusion/samplers/sampler";
import { exactDenoiser, flow, type GaussianData } from "./gaussian-data";

/** A process whose half log signal-to-noise ratios rise evenly from -2.5 at the last step to 2.5 at step 0. */
function evenProcess(steps: number): GaussianDiffusion {
  const betas = new Float64Array(steps);
  let before = 1;
  for (let step = 0; step < steps; step++) {
    const halfLogSnr = 2.5 - (5 * step) / (steps - 1);
    const alphaBar = 1 / (1 + Math.exp(-2 * halfLogSnr));
    betas[step] = 1 - alphaBar / before;
    before = alphaBar;
  }
  return new GaussianDiffusion(betas);
}

/**
 * The error at the least noisy step, before the sampler jumps to the clean picture: the same interval for any
 * number of steps.
 */
export async function flowError(sampler: Sampler, data: GaussianData, steps: number): Promise<number> {
  const diffusion = evenProcess(steps + 1);
  const start = 1.5;
  let reached = Number.NaN;
  await sampler(exactDenoiser(data, diffusion), diffusion, Float32Array.of(start), {
    clipDenoised: false,
    onStep: ({ stepIndex, stepCount, sample }) => {
      if (stepIndex === stepCount - 2) reached = sample[0] as number;
    },
  });
  const expected = flow(
    data,
    diffusion.alphasCumprod[steps] as number,
    diffusion.alphasCumprod[0] as number,
    start,
  );
  return Math.abs(reached - expected);
}
