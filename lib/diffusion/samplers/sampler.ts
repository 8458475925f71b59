/** What all samplers share: one signature, and the description that each has in the registry. */
import type { z } from "zod";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";

/** The model's prediction for x at a timestep of the full process. Guidance is already applied to `noise`. */
export interface DenoiserOutput {
  /** The noise in x, of the same length as x. */
  readonly noise: Float32Array;
  /** The model's variance channels, from -1 (least) to 1 (most); null for models that learn none. */
  readonly varianceInterpolation: Float32Array | null;
}

export type Denoiser = (x: Float32Array<ArrayBuffer>, timestep: number) => Promise<DenoiserOutput>;

/** What a sampler reports after each step. */
export interface SamplingProgress {
  /** Number of the step, from 0 (most noise) to stepCount - 1. */
  readonly stepIndex: number;
  readonly stepCount: number;
  /** The timestep, of the full process, that the model was asked about. */
  readonly timestep: number;
  /** The image after this step. */
  readonly sample: Float32Array;
  /** Predicted x₀ at this step. */
  readonly predictedClean: Float32Array;
}

/** Pixels that the finished image must have (inpainting): both of the length and layout of x. */
export interface KnownPixels {
  /** In [-1, 1]; 0 where nothing is known. */
  readonly pixels: Float32Array;
  /** 1 where a pixel is known, 0 where not. */
  readonly mask: Float32Array;
}

export interface SamplerOptions {
  /** Standard normal noise, as long as x, for step `stepIndex` in sampling order; never asked for at the last step. */
  readonly noiseAt?: (stepIndex: number) => Float32Array;
  /** Awaited after each step; what it throws ends the sampling (cancellation). */
  readonly onStep?: (progress: SamplingProgress) => void | Promise<void>;
  /** Inserted into every predicted x₀. */
  readonly known?: KnownPixels | undefined;
  /**
   * The gradient by x, at a timestep of the full process, of the log probability that guides x, times a scale
   * (classifier guidance); as long as x.
   */
  readonly guidingGradient?:
    | ((x: Float32Array<ArrayBuffer>, timestep: number) => Promise<Float32Array>)
    | undefined;
  /** Whether predicted x₀ is limited to [-1, 1] at each step; default true. */
  readonly clipDenoised?: boolean;
}

/**
 * Turns noise into an image, or a batch of them: x is a flat array of any layout.
 *
 * `startNoise` is standard normal and is left as it is. The result is a function of the arguments alone.
 */
export type Sampler = (
  denoise: Denoiser,
  diffusion: GaussianDiffusion,
  startNoise: Float32Array,
  options?: SamplerOptions,
) => Promise<Float32Array<ArrayBuffer>>;

/** Settings of one sampler, besides steps and guidance: each made with `setting`, with a default. */
type OwnSettings = Readonly<Record<string, z.ZodDefault>>;

/** One sampler, as the registry lists it. */
export interface SamplerDescription<Name extends string, Own extends OwnSettings> {
  /** Stored, and typed on the command line; never changes. */
  readonly name: Name;
  /** Its name on pages and in forms. */
  readonly title: string;
  /** What it is good for, in a sentence. */
  readonly description: string;
  /** A number of model calls that works well with published weights. */
  readonly defaultSteps: number;
  readonly settings: Own;
  readonly create: (settings: { readonly [Key in keyof Own]: z.output<Own[Key]> }) => Sampler;
}

/** Gives `create` the types of the sampler's own settings. */
export function describeSampler<const Name extends string, const Own extends OwnSettings>(
  sampler: SamplerDescription<Name, Own>,
): SamplerDescription<Name, Own> {
  return sampler;
}
