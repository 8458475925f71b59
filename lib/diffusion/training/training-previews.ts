/** Images that show what a model in training has learnt: always the same captions and the same noise. */
import sharp from "sharp";
import { Random } from "@/lib/numerics/random";
import { type ModelArchitecture, resolveArchitecture } from "../model/model-options";
import { ModelSessions, type SessionSettings } from "../model/model-sessions";
import type { ModelSource } from "../model/open-model";
import { encodeCaption } from "../model/tokenizer";
import { createDiffusion } from "../process/gaussian-diffusion";
import { sampleDdim } from "../samplers/ddim";
import { captionDenoiser } from "../sampling/caption-denoiser";
import { pixelsToRgb, type RgbImage } from "../sampling/rgb-image";
import { createImageSampler, defaultSamplingSettings } from "../sampling/sample-image";
import type { TrainingImages } from "./training-images";

/**
 * Solvers of the ODE carry the errors of a model that has learnt little into the finished image, as noise over all
 * of it; ancestral sampling, which adds fresh noise at every step, shows what there is already.
 */
const previewSampling = { sampler: "ancestral", steps: 50 } as const;

export type PreviewRequest = SessionSettings & {
  readonly model: ModelSource;
  /** Where an upsampler's previews take their low-resolution images from. */
  readonly images: TrainingImages;
  readonly captions: readonly string[];
  readonly seed: number;
  /** The file of the preview of caption number 0, 1, ... */
  readonly pathOf: (number: number) => string;
  /** Awaited between two runs of the model; what it throws ends the drawing. */
  readonly pause: () => Promise<void>;
};

/**
 * Draws a PNG for each caption, one after the other: a base model from noise alone, an upsampler from the real
 * low-resolution image of the caption.
 */
export async function* drawPreviews(
  request: PreviewRequest,
): AsyncGenerator<{ caption: string; pngPath: string; image: RgbImage }> {
  if (request.captions.length === 0) return;
  const architecture = resolveArchitecture(request.model.options);
  const artist =
    architecture.lowResSizePx === null ? baseArtist(request) : upsamplerArtist(request, architecture);
  try {
    for (const [number, caption] of request.captions.entries()) {
      const pngPath = request.pathOf(number);
      const image = await artist.draw(caption);
      await writePng(image, pngPath);
      yield { caption, pngPath, image };
    }
  } finally {
    await artist.release();
  }
}

export async function writePng({ data, widthPx, heightPx }: RgbImage, path: string): Promise<void> {
  await sharp(data, { raw: { width: widthPx, height: heightPx, channels: 3 } })
    .png()
    .toFile(path);
}

type Artist = { draw(caption: string): Promise<RgbImage>; release(): Promise<void> };

function baseArtist({ model, seed, pause, provider, threads }: PreviewRequest): Artist {
  const sampler = createImageSampler({ base: model, provider, threads });
  return {
    draw: async (caption) =>
      (await sampler.sampleImage({ caption, seed, settings: previewSampling, onStep: pause })).base,
    release: () => sampler.release(),
  };
}

function upsamplerArtist(
  { model, images, seed, pause, provider, threads }: PreviewRequest,
  { imageSizePx, lowResSizePx }: ModelArchitecture,
): Artist {
  const sessions = new ModelSessions(model, { provider, threads });
  const { options } = model;
  const { upsampleRespacing, upsampleTemperature } = defaultSamplingSettings;
  const diffusion = createDiffusion({
    noiseSchedule: options.noise_schedule,
    diffusionSteps: options.diffusion_steps,
    respacing: upsampleRespacing,
  });
  return {
    async draw(caption) {
      const conditional = await sessions.encodeCaption(encodeCaption(caption, options.text_ctx));
      const lowResImage = await images.lowResOf(caption, imageSizePx, lowResSizePx!);
      const denoise = captionDenoiser(
        sessions,
        { conditional, unconditional: null },
        { guidanceScale: 1, lowResImage },
      );
      const noise = new Random(seed).normals(3 * imageSizePx ** 2);
      const startNoise = noise.map((value) => value * upsampleTemperature);
      return pixelsToRgb(await sampleDdim(denoise, diffusion, startNoise, { onStep: pause }), imageSizePx);
    },
    release: () => sessions.release(),
  };
}
