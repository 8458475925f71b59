/** Draws images of captions: the base model's at 64 pixels, and the upsampler's at four times that. */
import { type ExecutionProvider, isWebgpu } from "@/lib/engine/graph/execution-provider";
import type { Precision } from "@/lib/engine/graph/precision";
import { SemblanceError } from "@/lib/errors";
import { Random } from "@/lib/numerics/random";
import { ModelSessions } from "../model/model-sessions";
import type { ModelSource } from "../model/open-model";
import type { NoisedClip } from "../noised-clip/noised-clip";
import { createSampler, ownSettings, samplerNames } from "../samplers";
import { sampleAncestral } from "../samplers/ancestral";
import { clipGradient } from "./clip-gradient";
import { type InpaintingSource, knownImages } from "./inpainting-source";
import type { RgbImage } from "./rgb-image";
import { guidanceScales, type SampleSettings, sampleSettings, settingsOfEach } from "./sample-settings";
import { SamplingStage, type StageImage, type StageStep } from "./sampling-stage";

/** What determines an image besides models, caption and seed. */
export type SamplingSettings = Readonly<Omit<SampleSettings, "steps" | "samplesPerCaption" | "firstSeed">> & {
  /** Calls of the base model: a number, evenly spread, or any respacing of spaceTimesteps such as "ddim25". */
  readonly steps: number | string;
};

/** GLIDE's upsampler settings, and a solver that needs a quarter of its notebook's base steps. */
export const defaultSamplingSettings: SamplingSettings = settingsOfEach(sampleSettings.parse({}));

export type SamplingStep = StageStep & { readonly stage: "base" | "upsampler" };

export type ImageRequest = {
  readonly caption: string;
  /** A whole number; modulo 2^64. */
  readonly seed: number | bigint;
  /** Missing ones are taken from defaultSamplingSettings. */
  readonly settings?: Partial<Omit<SamplingSettings, "samplingPrecision">>;
  /** An image that is to be completed; the base must be an inpainting model. */
  readonly inpaint?: InpaintingSource | undefined;
  /** The same base's image of this caption, seed and settings, if it has been drawn before: it is not drawn again. */
  readonly drawnBase?: Pick<SampledImage, "base" | "record">;
  /** Awaited after each step; what it throws ends the sampling. */
  readonly onStep?: (step: SamplingStep) => void | Promise<void>;
};

export type SampledImage = {
  /** The base model's image. */
  readonly base: RgbImage;
  /** Null without an upsampler. */
  readonly upsampled: RgbImage | null;
  /** Everything besides the weights that determined the images, to be stored with them. */
  readonly record: {
    readonly caption: string;
    /** Whether the caption had more tokens than the model takes, so that its end was not read. */
    readonly captionTruncated: boolean;
    /** As decimal digits, since JSON numbers end at 2^53. */
    readonly seed: string;
    readonly settings: SamplingSettings;
    /** Timesteps of the full process that each model was asked about, in order. */
    readonly timesteps: { readonly base: readonly number[]; readonly upsampler: readonly number[] | null };
    readonly provider: ExecutionProvider;
  };
};

/** Random streams of a seed: the base and the upsampler draw independent noise. */
const BASE_STREAM = 0;
const UPSAMPLER_STREAM = 1;

/**
 * Prepares a base model, and an upsampler where there is one, for sampling. Sessions are created at the first
 * image and reused for all others; `release` frees them.
 *
 * @param models.clip for CLIP guidance, in float32; released with the sampler.
 * @throws SemblanceError `invalid_input` for half precision where no graphics card of WebGPU computes, and where the models are not a base model, an upsampler of its images and a CLIP
 *   that reads them.
 */
export function createImageSampler(models: {
  base: ModelSource;
  upsampler?: ModelSource | null;
  clip?: NoisedClip | null;
  provider?: ExecutionProvider;
  threads?: number;
  precision?: Precision;
}): ImageSampler {
  const { provider = "cpu", threads, clip = null, precision = "float32" } = models;
  if (precision === "half" && !isWebgpu(provider)) {
    throw new SemblanceError("invalid_input", "Half precision needs a graphics card with WebGPU.", {
      remedy: "Choose float32 as precision, or draw with --provider webgpu on a machine with a card.",
    });
  }
  const sessions = (source: ModelSource) =>
    new ModelSessions(source, {
      ...{ provider, precision },
      ...(threads !== undefined && { threads }),
    });
  const base = sessions(models.base);
  const upsampler = models.upsampler ? sessions(models.upsampler) : null;
  const mismatch = kindMismatch(base, upsampler);
  if (mismatch !== null) {
    throw new SemblanceError("invalid_input", mismatch, {
      remedy: "Choose a base model, and an upsampler whose low-resolution image is as large as the base's.",
    });
  }
  if (clip !== null) assertClipFits(clip, base);
  return new ImageSampler({ base, upsampler, clip }, { provider, precision });
}

function assertClipFits({ options }: NoisedClip, { architecture, options: base }: ModelSessions): void {
  const fault =
    (options.image_size !== architecture.imageSizePx &&
      `The noised CLIP reads ${options.image_size} px images, but the base draws ${architecture.imageSizePx} px images.`) ||
    (options.n_timesteps !== base.diffusion_steps &&
      `The noised CLIP knows ${options.n_timesteps} timesteps, but the base’s process has ${base.diffusion_steps}.`);
  if (fault) {
    throw new SemblanceError("invalid_input", fault, {
      remedy: "Use a CLIP that was trained on this base’s noisy images, or classifier-free guidance.",
    });
  }
}

function kindMismatch(base: ModelSessions, upsampler: ModelSessions | null): string | null {
  const { imageSizePx } = base.architecture;
  if (base.architecture.lowResSizePx !== null) return "The model given as base is an upsampler.";
  if (upsampler === null) return null;
  const { lowResSizePx } = upsampler.architecture;
  if (lowResSizePx === null) return "The model given as upsampler is a base model.";
  if (lowResSizePx === imageSizePx) return null;
  return `The base draws ${imageSizePx} px images, but the upsampler takes ${lowResSizePx} px images.`;
}

export class ImageSampler {
  readonly #base: SamplingStage;
  readonly #upsampler: SamplingStage | null;
  readonly #clip: NoisedClip | null;
  readonly #provider: ExecutionProvider;
  readonly #precision: Precision;

  constructor(
    {
      base,
      upsampler,
      clip,
    }: { base: ModelSessions; upsampler: ModelSessions | null; clip: NoisedClip | null },
    { provider, precision }: { provider: ExecutionProvider; precision: Precision },
  ) {
    this.#base = new SamplingStage(base);
    this.#upsampler = upsampler && new SamplingStage(upsampler);
    this.#clip = clip;
    this.#provider = provider;
    this.#precision = precision;
  }

  /**
   * Draws one image: a function of the weights, caption, seed and settings, whatever was drawn before. The
   * base's image is rounded to 8 bits before it is enlarged.
   *
   * @throws SemblanceError `invalid_input` for settings out of range and captions that cannot be encoded.
   */
  async sampleImage(request: ImageRequest): Promise<SampledImage> {
    const { caption, seed, settings, inpaint, drawnBase, onStep } = request;
    const wanted = { ...defaultSamplingSettings, ...settings, samplingPrecision: this.#precision };
    assertSettings(wanted);
    const used = { ...wanted, ...ownSettings(wanted.sampler, wanted) };
    const { classifierFree, clip: clipScale } = guidanceScales(used);
    const known = inpaint && (await this.#knownOf(inpaint));
    const base: StageImage = drawnBase
      ? {
          image: drawnBase.base,
          timesteps: drawnBase.record.timesteps.base,
          captionTruncated: drawnBase.record.captionTruncated,
        }
      : await this.#base.sample({
          caption,
          random: new Random(seed, BASE_STREAM),
          sampler: createSampler(used.sampler, used),
          respacing: String(used.steps),
          guidanceScale: classifierFree,
          guidingGradient:
            clipScale === null ? undefined : await clipGradient(this.#neededClip(), caption, clipScale),
          temperature: 1,
          known: known?.base ?? null,
          lowRes: null,
          strength: 1,
          onStep: (step) => onStep?.({ stage: "base", ...step }),
        });
    const upsampled =
      this.#upsampler &&
      (await this.#upsampler.sample({
        caption,
        random: new Random(seed, UPSAMPLER_STREAM),
        // As in GLIDE's notebook where an image is completed.
        sampler:
          known && this.#upsampler.inpaints ? sampleAncestral : createSampler(used.upsampleSampler, {}),
        respacing: used.upsampleRespacing,
        guidanceScale: 1,
        temperature: used.upsampleTemperature,
        known: known?.upsampler ?? null,
        lowRes: base.image,
        strength: used.upsampleStrength,
        onStep: (step) => onStep?.({ stage: "upsampler", ...step }),
      }));
    return {
      base: base.image,
      upsampled: upsampled?.image ?? null,
      record: {
        caption,
        captionTruncated: base.captionTruncated,
        seed: String(BigInt(seed)),
        settings: used,
        timesteps: { base: base.timesteps, upsampler: upsampled?.timesteps ?? null },
        provider: this.#provider,
      },
    };
  }

  /** Frees the sessions' memory. */
  async release(): Promise<void> {
    await Promise.all([this.#base.release(), this.#upsampler?.release(), this.#clip?.release()]);
  }

  async #knownOf(source: InpaintingSource) {
    if (this.#base.inpaints) {
      return knownImages(source, this.#base.imageSizePx, this.#upsampler?.imageSizePx ?? null);
    }
    throw new SemblanceError(
      "invalid_input",
      "The base is no inpainting model: it cannot complete an image.",
      {
        remedy:
          "Choose a base with mask channels, such as OpenAI's base_inpaint.pt, or fine-tune one with --inpainting.",
      },
    );
  }

  #neededClip(): NoisedClip {
    if (this.#clip !== null) return this.#clip;
    throw new SemblanceError("invalid_input", "CLIP guidance was asked for, but no noised CLIP was given.", {
      remedy: "Give OpenAI’s clip_image_enc.pt and clip_text_enc.pt, or choose classifier-free guidance.",
    });
  }
}

function assertSettings({
  sampler,
  upsampleSampler,
  guidanceScale,
  upsampleTemperature,
  upsampleStrength,
}: SamplingSettings): void {
  const unknown = [sampler, upsampleSampler].find((name) => !samplerNames.includes(name));
  const fault =
    (unknown !== undefined && `There is no sampler "${unknown}".`) ||
    (!Number.isFinite(guidanceScale) && `The guidance scale ${guidanceScale} is not a number.`) ||
    (!(upsampleTemperature >= 0 && Number.isFinite(upsampleTemperature)) &&
      `The upsampling temperature ${upsampleTemperature} is not a number of at least 0.`) ||
    (!(upsampleStrength > 0 && upsampleStrength <= 1) &&
      `The upsampling strength ${upsampleStrength} is not a number above 0 and at most 1.`);
  if (fault) {
    throw new SemblanceError("invalid_input", fault, {
      remedy: `Samplers are ${samplerNames.join(", ")}; GLIDE's guidance is 3, its temperature 0.997, its strength 1.`,
    });
  }
}
