/** A model and a caption as the function that samplers call: a noisy image in, guided noise out. */
import type { CaptionEncoding, ModelSessions } from "../model/model-sessions";
import type { Denoiser } from "../samplers/sampler";
import type { KnownImage } from "./known-image";

/**
 * The denoiser of one image. With a guidance scale other than 1 the model sees the image twice in every call, with the
 * caption and without, and guides its own prediction; with scale 1, or for a model without text, it sees it once.
 *
 * @param captions.conditional the caption; null for a model without text.
 * @param captions.unconditional the empty caption; asked for only where guidance needs it.
 * @param known what is known of the finished image, for inpainting models.
 * @param lowResImage [3, size / 4, size / 4] in [-1, 1], for upsamplers.
 */
export function captionDenoiser(
  model: ModelSessions,
  captions: { conditional: CaptionEncoding | null; unconditional: CaptionEncoding | null },
  {
    guidanceScale,
    known = null,
    lowResImage,
  }: {
    guidanceScale: number;
    known?: KnownImage | null | undefined;
    lowResImage: Float32Array | null;
  },
): Denoiser {
  const guided = guidanceScale !== 1 && captions.conditional !== null;
  return async (x, timestep) => {
    const prediction = await model.predict({
      images: x,
      timesteps: [timestep],
      captions: guided ? [captions.conditional, captions.unconditional] : [captions.conditional],
      ...(guided && { guidanceScale }),
      known: known && { images: known.pixels, mask: known.maskOfPositions },
      lowResImages: lowResImage,
    });
    // Three channels of noise, as long as x, then three of variance.
    return {
      noise: prediction.subarray(0, x.length),
      varianceInterpolation: prediction.subarray(x.length, 2 * x.length),
    };
  };
}
