/** One model's part in drawing an image: its encoded captions, its noise, its run of the sampler. */
import { resizeBilinear } from "@/lib/images/resize-bilinear";
import type { Random } from "@/lib/numerics/random";
import type { CaptionEncoding, ModelSessions } from "../model/model-sessions";
import { emptyCaption, encodeCaption } from "../model/tokenizer";
import { createDiffusion, type GaussianDiffusion } from "../process/gaussian-diffusion";
import type { Sampler, SamplerOptions } from "../samplers/sampler";
import { captionDenoiser } from "./caption-denoiser";
import type { KnownImage } from "./known-image";
import { pixelsToRgb, type RgbImage, rgbToPixels } from "./rgb-image";

export type StageStep = {
  /** Steps of the stage done, 1 to stepCount. */
  readonly step: number;
  readonly stepCount: number;
  /** Predicted x₀ after this step; computed when called. */
  readonly guess: () => RgbImage;
};

/** `timesteps` are those of the full process that the model was asked about, in order. */
export type StageImage = {
  readonly image: RgbImage;
  readonly timesteps: readonly number[];
  readonly captionTruncated: boolean;
};

export type StageRun = {
  readonly caption: string;
  /** Drawn from in a fixed order: the start noise, then the noise of each step that adds some. */
  readonly random: Random;
  readonly sampler: Sampler;
  /** See spaceTimesteps. */
  readonly respacing: string;
  /** Classifier-free; 1 for none. */
  readonly guidanceScale: number;
  readonly guidingGradient?: SamplerOptions["guidingGradient"];
  /** Factor on the start noise. */
  readonly temperature: number;
  /** What is known of the image that is drawn (inpainting). */
  readonly known?: KnownImage | null;
  /** The image that an upsampler enlarges. */
  readonly lowRes: RgbImage | null;
  /** See SamplingSettings.upsampleStrength; 1 without an image to enlarge. */
  readonly strength: number;
  readonly onStep: (step: StageStep) => void | Promise<void>;
};

/** A model, and the captions that it encoded last: the empty one and the current one. */
export class SamplingStage {
  readonly #model: ModelSessions;
  #empty: Promise<CaptionEncoding | null> | null = null;
  #latest: { caption: string; truncated: boolean; encoding: CaptionEncoding | null } | null = null;

  constructor(model: ModelSessions) {
    this.#model = model;
  }

  /** Whether the model takes a mask. */
  get inpaints(): boolean {
    return this.#model.architecture.inpaints;
  }

  get imageSizePx(): number {
    return this.#model.architecture.imageSizePx;
  }

  /** Draws one image. */
  async sample(run: StageRun): Promise<StageImage> {
    const { options, architecture } = this.#model;
    const { known = null } = run;
    const whole = createDiffusion({
      noiseSchedule: options.noise_schedule,
      diffusionSteps: options.diffusion_steps,
      respacing: run.respacing,
    });
    const diffusion = run.strength === 1 ? whole : lastPart(whole, run.strength);
    const { encoding, truncated } = await this.#encode(run.caption);
    const denoise = captionDenoiser(
      this.#model,
      { conditional: encoding, unconditional: run.guidanceScale === 1 ? null : await this.#encodeEmpty() },
      {
        guidanceScale: run.guidanceScale,
        // Models that take no mask have the known pixels put into their guesses alone.
        known: architecture.inpaints ? known : null,
        lowResImage: run.lowRes && rgbToPixels(run.lowRes),
      },
    );
    const length = 3 * architecture.imageSizePx ** 2;
    const noise = run.random.normals(length).map((value) => value * run.temperature);
    const start =
      run.lowRes && run.strength < 1
        ? diffusion.addNoise(enlarge(run.lowRes, architecture.imageSizePx), noise, diffusion.stepCount - 1)
        : noise;
    const timesteps: number[] = [];
    const sample = await run.sampler(denoise, diffusion, start, {
      noiseAt: () => run.random.normals(length),
      ...(known && { known }),
      guidingGradient: run.guidingGradient && keepingKnown(run.guidingGradient, known),
      onStep: ({ stepIndex, stepCount, timestep, predictedClean }) => {
        timesteps.push(timestep);
        return run.onStep({
          step: stepIndex + 1,
          stepCount,
          guess: () => pixelsToRgb(predictedClean, architecture.imageSizePx),
        });
      },
    });
    return {
      image: pixelsToRgb(sample, architecture.imageSizePx),
      timesteps,
      captionTruncated: truncated,
    };
  }

  /** Frees the sessions' memory. */
  release(): Promise<void> {
    return this.#model.release();
  }

  async #encode(caption: string) {
    if (this.#latest?.caption === caption) return this.#latest;
    const encoded = encodeCaption(caption, this.#model.options.text_ctx);
    const encoding = await this.#model.encodeCaption(encoded);
    const latest = { caption, truncated: encoded.truncated, encoding };
    this.#latest = latest;
    return latest;
  }

  #encodeEmpty() {
    this.#empty ??= this.#model.encodeCaption(emptyCaption(this.#model.options.text_ctx));
    return this.#empty;
  }
}

/** Guidance must not change the known pixels. */
function keepingKnown(
  gradient: NonNullable<SamplerOptions["guidingGradient"]>,
  known: KnownImage | null,
): SamplerOptions["guidingGradient"] {
  if (known === null) return gradient;
  return async (x, timestep) =>
    (await gradient(x, timestep)).map((value, at) => value * (1 - known.mask[at]!));
}

/**
 * The steps within the last `share` of the full process: at least its last one. Samplers that choose their own timesteps
 * begin with the noisiest of these too, which is as noisy as the enlarged image.
 */
function lastPart(diffusion: GaussianDiffusion, share: number): GaussianDiffusion {
  const first = share * diffusion.fullAlphasCumprod.length;
  return diffusion.withTimesteps(diffusion.timesteps.filter((timestep) => timestep < first)).endingHere();
}

/** As the upsampler's own first layer enlarges it: [3, size, size] in [-1, 1]. */
function enlarge(lowRes: RgbImage, size: number): Float32Array {
  const planes = { width: lowRes.widthPx, height: lowRes.heightPx, data: rgbToPixels(lowRes) };
  return resizeBilinear(planes, size, size, "half-pixel").data;
}
