/** How much the timesteps count in training, and how often each is drawn. */
import type { Random } from "@/lib/numerics/random";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";

export type TimestepWeighting = {
  /** Bound on how much nearly noiseless timesteps count: 5 in the paper; 0 for none. */
  readonly minSnrGamma: number;
  /** Bound on how little very noisy timesteps count: 1 in the paper; 0 for none. */
  readonly snrFloor: number;
};

/** A timestep of a training example, with the factors on its parts of the loss. */
export type DrawnTimestep = {
  readonly timestep: number;
  /** On the squared error of the predicted noise. */
  readonly errorWeight: number;
  /** On the term of the variational bound. */
  readonly boundWeight: number;
};

/**
 * At this ratio, α = 0.05, the colour of a fifth of a 64 px image is about to show in its noise: 0.6 of the range from -1
 * to 1, times α, is about the standard error of 800 pixels. Below it the weight falls again, in proportion to the ratio: all
 * that can be learnt there is what captions say on average, and a rising weight would draw most timesteps there.
 */
const lowestSnr = 2.5e-3;

/**
 * The weight of the squared error of the noise, clamp(SNR, floor, γ) / SNR with SNR = ᾱ / (1 - ᾱ): the error of the
 * guessed image, which is that of the noise divided by the SNR, counts at most γ times and, down to the lowest ratio,
 * at least `floor` times.
 *
 * The upper bound is min-SNR (Hang et al. 2023, arXiv 2303.09556, section 3.4): the plain loss spends most of a small
 * model's effort on the last, nearly noiseless steps. The lower is the truncated SNR of Salimans & Ho 2022 (arXiv
 * 2202.00512, section 4): in the plain loss the first steps count next to nothing, yet they are where the caption, and
 * not the noise, has to decide the large areas' colours.
 */
export function noiseErrorWeight(alphaCumprod: number, { minSnrGamma, snrFloor }: TimestepWeighting): number {
  const ratio = alphaCumprod / (1 - alphaCumprod);
  const ceiling = minSnrGamma === 0 ? ratio : Math.min(ratio, minSnrGamma);
  if (ceiling >= snrFloor) return ceiling / ratio;
  return ratio >= lowestSnr ? snrFloor / ratio : (snrFloor * ratio) / lowestSnr ** 2;
}

/** The part of the draws that a floor leaves even, so that no timestep is rare and then weighs much. */
const evenPart = 0.25;

/**
 * Draws timesteps: all alike without a floor, else for the most part in proportion to their weight, and counted so
 * much less. The expected loss is the same; without it a few noisy examples would outweigh the rest of their batch.
 */
export class TimestepDraw {
  private readonly weights: Float64Array;
  /** Null: all alike. */
  private readonly cumulative: Float64Array | null;

  constructor(diffusion: GaussianDiffusion, weighting: TimestepWeighting) {
    this.weights = diffusion.alphasCumprod.map((alpha) => noiseErrorWeight(alpha, weighting));
    this.cumulative = weighting.snrFloor === 0 ? null : cumulativeShares(mostlyByWeight(this.weights));
  }

  draw(random: Random): DrawnTimestep {
    const steps = this.weights.length;
    if (this.cumulative === null) {
      const timestep = random.integer(steps);
      return { timestep, errorWeight: this.weights[timestep]!, boundWeight: 1 };
    }
    const point = random.uniform();
    const timestep = this.cumulative.findIndex((share) => point < share);
    const probability = this.cumulative[timestep]! - (this.cumulative[timestep - 1] ?? 0);
    const rarity = 1 / (steps * probability);
    return { timestep, errorWeight: this.weights[timestep]! * rarity, boundWeight: rarity };
  }
}

function mostlyByWeight(weights: Float64Array): Float64Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => evenPart + (1 - evenPart) * (weight / mean));
}

/** Ends at exactly 1. */
function cumulativeShares(parts: Float64Array): Float64Array {
  const whole = parts.reduce((sum, part) => sum + part, 0);
  let sum = 0;
  const shares = parts.map((part) => {
    sum += part;
    return sum / whole;
  });
  shares[shares.length - 1] = 1;
  return shares;
}
