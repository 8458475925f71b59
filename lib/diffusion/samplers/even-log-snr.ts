/** The timesteps of solvers of the probability flow: nearly evenly spaced in log-SNR. */
import type { GaussianDiffusion } from "../process/gaussian-diffusion";

/**
 * The lowest half log signal-to-noise ratio that is sampled from. The cosine schedule's last steps are far below it:
 * there x_0 = (x - σ ε) / α divides by almost 0. -5.1 is just below the last step of the linear schedule, which is
 * thus kept entirely.
 */
const lowestHalfLogSnr = -5.1;

/** λ = log(α/σ), half the log signal-to-noise ratio, where ᾱ is the signal's power. */
export function halfLogSnr(alphaBar: number): number {
  return 0.5 * Math.log(alphaBar / (1 - alphaBar));
}

/**
 * The same full process with as many steps as `diffusion` keeps, nearly even in λ. Even timesteps would make the last
 * intervals of λ so long that extrapolating over them can do worse than DDIM.
 */
export function evenInLogSnr(diffusion: GaussianDiffusion): GaussianDiffusion {
  return diffusion.withTimesteps(chooseTimesteps(diffusion));
}

/**
 * As many timesteps as `diffusion` keeps, ascending and nearly even in λ from step 0 to the noisiest one allowed.
 * Near step 0, where λ changes most from one timestep to the next, neighbours are taken instead of repeating one.
 */
function chooseTimesteps(diffusion: GaussianDiffusion): number[] {
  const lambda = diffusion.fullAlphasCumprod.map(halfLogSnr);
  const noisiest = Math.max(
    0,
    lambda.findLastIndex((value) => value >= lowestHalfLogSnr),
  );
  const count = Math.min(diffusion.stepCount, noisiest + 1);
  const [highest, lowest] = [lambda[0] as number, lambda[noisiest] as number];
  const timesteps: number[] = [];
  let timestep = noisiest;
  for (let index = 0; index < count; index++) {
    const target = lowest + ((highest - lowest) * index) / Math.max(1, count - 1);
    const least = count - 1 - index;
    const distance = (candidate: number) => Math.abs((lambda[candidate] as number) - target);
    while (timestep > least && distance(timestep - 1) <= distance(timestep)) timestep--;
    timesteps.unshift(timestep);
    timestep--;
  }
  return timesteps;
}
