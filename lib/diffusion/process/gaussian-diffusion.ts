/** The diffusion process: the coefficients of every step, and the Gaussian formulas that samplers and training use. */
import { SemblanceError } from "@/lib/errors";
import { respaceBetas, spaceTimesteps } from "./respacing";
import { type NoiseScheduleName, noiseSchedule } from "./schedules";

/**
 * A forward process q(x_t | x_{t-1}) = N(√(1-β_t) x_{t-1}, β_t) and its posterior, for the steps kept.
 *
 * `step` counts the kept steps from 0 (least noise); `timesteps[step]` is the step of the full process that the
 * model is told. Coefficients are float64; images are flat float32 arrays of any length, data in [-1, 1].
 *
 * Source: Ho et al. 2020 (arXiv 2006.11239), equations 4, 6, 7; Nichol and Dhariwal 2021 (arXiv 2102.09672).
 */
export class GaussianDiffusion {
  readonly stepCount: number;
  /** Which step of the full process each kept step is. */
  readonly timesteps: readonly number[];
  /** β of the kept steps. */
  readonly betas: Float64Array;
  /** ᾱ: the part of the signal's power left after each kept step. */
  readonly alphasCumprod: Float64Array;
  /** ᾱ one kept step before; 1 at step 0. */
  readonly alphasCumprodPrevious: Float64Array;
  /** ᾱ of every step of the full process. */
  readonly fullAlphasCumprod: Float64Array;
  private readonly fullBetas: Float64Array;
  /** β̃: the variance of q(x_{t-1} | x_t, x_0). */
  readonly posteriorVariance: Float64Array;
  /** log β̃; at step 0, where β̃ is 0, that of step 1. */
  readonly posteriorLogVarianceClipped: Float64Array;
  /** Weight of x_0 in the posterior's mean. */
  readonly posteriorMeanCoef1: Float64Array;
  /** Weight of x_t in the posterior's mean. */
  readonly posteriorMeanCoef2: Float64Array;

  /**
   * @param fullBetas variances of the process that the model is trained on, each in (0, 1].
   * @param timesteps the steps of it to keep, ascending; all by default.
   * @throws SemblanceError invalid_input for variances out of range or timesteps that are not ascending.
   */
  constructor(fullBetas: Float64Array, timesteps: readonly number[] = [...fullBetas.keys()]) {
    if (fullBetas.length === 0 || !fullBetas.every((beta) => beta > 0 && beta <= 1)) {
      throw new SemblanceError("invalid_input", "Noise variances must be above 0 and at most 1.", {
        remedy: "Use one of the named noise schedules.",
      });
    }
    const ascends = timesteps.every(
      (timestep, step) =>
        Number.isInteger(timestep) && timestep > (timesteps[step - 1] ?? -1) && timestep < fullBetas.length,
    );
    if (timesteps.length === 0 || !ascends) {
      throw new SemblanceError("invalid_input", "Timesteps must ascend within the noise schedule.", {
        remedy: `Choose steps from 0 to ${fullBetas.length - 1}.`,
      });
    }
    const betas = respaceBetas(fullBetas, timesteps);
    const alphasCumprod = cumulativeSignal(betas);
    const previous = Float64Array.from(betas, (_, step) => alphasCumprod[step - 1] ?? 1);
    const coefficient = (formula: (beta: number, alphaBar: number, alphaBarPrevious: number) => number) =>
      Float64Array.from(betas, (beta, step) =>
        formula(beta, alphasCumprod[step] as number, previous[step] as number),
      );

    this.stepCount = timesteps.length;
    this.timesteps = [...timesteps];
    this.betas = betas;
    this.alphasCumprod = alphasCumprod;
    this.alphasCumprodPrevious = previous;
    this.fullAlphasCumprod = cumulativeSignal(fullBetas);
    this.fullBetas = fullBetas;
    this.posteriorVariance = coefficient(
      (beta, alphaBar, alphaBarPrevious) => (beta * (1 - alphaBarPrevious)) / (1 - alphaBar),
    );
    const firstPositive = this.posteriorVariance[1] ?? (betas[0] as number);
    this.posteriorLogVarianceClipped = this.posteriorVariance.map((variance, step) =>
      Math.log(step === 0 ? firstPositive : variance),
    );
    this.posteriorMeanCoef1 = coefficient(
      (beta, alphaBar, alphaBarPrevious) => (beta * Math.sqrt(alphaBarPrevious)) / (1 - alphaBar),
    );
    this.posteriorMeanCoef2 = coefficient(
      (beta, alphaBar, alphaBarPrevious) => ((1 - alphaBarPrevious) * Math.sqrt(1 - beta)) / (1 - alphaBar),
    );
  }

  /** The same full process with other steps kept. Throws as the constructor. */
  withTimesteps(timesteps: readonly number[]): GaussianDiffusion {
    return new GaussianDiffusion(this.fullBetas, timesteps);
  }

  /** The same steps of a full process that ends with the noisiest of them: where sampling does not begin with noise alone. */
  endingHere(): GaussianDiffusion {
    const noisiest = this.timesteps[this.stepCount - 1] as number;
    return new GaussianDiffusion(this.fullBetas.slice(0, noisiest + 1), this.timesteps);
  }

  /** A draw of q(x_t | x_0) for given standard normal noise: √ᾱ x_0 + √(1-ᾱ) noise. */
  addNoise(clean: Float32Array, noise: Float32Array, step: number): Float32Array<ArrayBuffer> {
    const alphaBar = this.at(this.alphasCumprod, step);
    return combine(clean, Math.sqrt(alphaBar), noise, Math.sqrt(1 - alphaBar));
  }

  /** The x_0 that x_t and its noise imply: (x_t - √(1-ᾱ) noise) / √ᾱ. With `clip`, limited to [-1, 1]. */
  predictClean(
    noisy: Float32Array,
    noise: Float32Array,
    step: number,
    { clip }: { clip: boolean },
  ): Float32Array<ArrayBuffer> {
    const alphaBar = this.at(this.alphasCumprod, step);
    const clean = combine(noisy, Math.sqrt(1 / alphaBar), noise, -Math.sqrt(1 / alphaBar - 1));
    return clip ? clipToUnit(clean) : clean;
  }

  /** The noise that x_t and x_0 imply: (x_t - √ᾱ x_0) / √(1-ᾱ). */
  predictNoise(noisy: Float32Array, clean: Float32Array, step: number): Float32Array<ArrayBuffer> {
    const alphaBar = this.at(this.alphasCumprod, step);
    const deviation = Math.sqrt(1 - alphaBar);
    return combine(noisy, 1 / deviation, clean, -Math.sqrt(alphaBar) / deviation);
  }

  /** The mean of q(x_{t-1} | x_t, x_0). */
  posteriorMean(clean: Float32Array, noisy: Float32Array, step: number): Float32Array<ArrayBuffer> {
    return combine(
      clean,
      this.at(this.posteriorMeanCoef1, step),
      noisy,
      this.at(this.posteriorMeanCoef2, step),
    );
  }

  /**
   * The log variance of p(x_{t-1} | x_t), element by element, from the model's variance channels v: v = -1 is the
   * posterior's variance β̃, v = 1 is β, and between them the logarithm is interpolated. Without channels, log β̃.
   */
  modelLogVariance(
    varianceInterpolation: Float32Array | null,
    step: number,
    length: number,
  ): Float32Array<ArrayBuffer> {
    const least = this.at(this.posteriorLogVarianceClipped, step);
    if (varianceInterpolation === null) return new Float32Array(length).fill(least);
    const most = Math.log(this.at(this.betas, step));
    return mapFloat32(varianceInterpolation, (v) => least + ((v + 1) / 2) * (most - least));
  }

  private at(coefficients: Float64Array, step: number): number {
    const value = coefficients[step];
    if (value !== undefined) return value;
    throw new SemblanceError("invalid_input", `There is no step ${step} in a process of ${this.stepCount}.`, {
      remedy: `Steps count from 0 to ${this.stepCount - 1}.`,
    });
  }
}

/**
 * The process of a model's options, respaced for sampling.
 *
 * @param options.respacing see spaceTimesteps; all steps by default.
 * @throws SemblanceError invalid_input for an unknown schedule or respacing.
 */
export function createDiffusion(options: {
  readonly noiseSchedule: NoiseScheduleName;
  readonly diffusionSteps: number;
  readonly respacing?: string;
}): GaussianDiffusion {
  const betas = noiseSchedule(options.noiseSchedule, options.diffusionSteps);
  return new GaussianDiffusion(betas, spaceTimesteps(options.diffusionSteps, options.respacing ?? ""));
}

function cumulativeSignal(betas: Float64Array): Float64Array<ArrayBuffer> {
  let product = 1;
  return Float64Array.from(betas, (beta) => {
    product *= 1 - beta;
    return product;
  });
}

/** a · x + b · y, element by element; the arithmetic is float64, the result is rounded once. */
export function combine(x: Float32Array, a: number, y: Float32Array, b: number): Float32Array<ArrayBuffer> {
  if (x.length !== y.length) {
    throw new SemblanceError(
      "shape_mismatch",
      `Arrays of ${x.length} and ${y.length} values cannot be combined.`,
      {
        remedy: "Image and noise must have the same shape.",
      },
    );
  }
  const result = new Float32Array(x.length);
  for (let index = 0; index < x.length; index++) {
    result[index] = a * (x[index] as number) + b * (y[index] as number);
  }
  return result;
}

function mapFloat32(values: Float32Array, formula: (value: number) => number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) result[index] = formula(values[index] as number);
  return result;
}

function clipToUnit(values: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  for (let index = 0; index < values.length; index++) {
    values[index] = Math.min(1, Math.max(-1, values[index] as number));
  }
  return values;
}
