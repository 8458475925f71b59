/** How far a deterministic sampler deviates from the probability flow of normal data. */
import { GaussianDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import type { Sampler } from "@/lib/diffusion/samplers/sampler";
import { exactDenoiser, flow, type GaussianData } from "./gaussian-data";

/** Half log signal-to-noise ratios between which a sampler is followed, and the first interval where it is shorter. */
export type FlowInterval = { readonly from: number; readonly to: number; readonly first?: number };

/** A process whose half log signal-to-noise ratios rise evenly, but for the first interval, up to step 0. */
function evenProcess(steps: number, { from, to, first }: FlowInterval): GaussianDiffusion {
  const betas = new Float64Array(steps + 1);
  const second = first === undefined ? from : from + first;
  const even = first === undefined ? steps : steps - 1;
  let before = 1;
  for (let step = 0; step <= steps; step++) {
    const halfLogSnr = step > even ? from : to - ((to - second) * step) / even;
    const alphaBar = 1 / (1 + Math.exp(-2 * halfLogSnr));
    betas[step] = 1 - alphaBar / before;
    before = alphaBar;
  }
  return new GaussianDiffusion(betas);
}

/**
 * The error at the least noisy step, before the sampler jumps to the clean image: the same interval for any
 * number of steps.
 */
export async function flowError(
  sampler: Sampler,
  data: GaussianData,
  steps: number,
  interval: FlowInterval = { from: -2.5, to: 2.5 },
): Promise<number> {
  const diffusion = evenProcess(steps, interval);
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
