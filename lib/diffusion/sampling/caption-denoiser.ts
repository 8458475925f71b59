/** A model and a caption as the function that samplers call: a noisy image in, guided noise out. */
import type { CaptionEncoding, ModelSessions } from "../model/model-sessions";
import { guide } from "../samplers/guidance";
import type { Denoiser } from "../samplers/sampler";
import type { KnownImage } from "./known-image";

/**
 * The denoiser of one image. With a guidance scale other than 1 every call runs the model once on a batch of two,
 * with the caption and without; with scale 1, or for a model without text, on the image alone.
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
  const encodings = guided ? [captions.conditional, captions.unconditional] : [captions.conditional];
  const repeated = (values: Float32Array) => (guided ? twice(values) : values);
  return async (x, timestep) => {
    const prediction = await model.predict({
      images: repeated(x),
      timesteps: encodings.map(() => timestep),
      captions: encodings,
      known: known && { images: repeated(known.pixels), mask: repeated(known.maskOfPositions) },
      lowResImages: lowResImage && repeated(lowResImage),
    });
    // Per image: three channels of noise, as long as x, then three of variance.
    const noise = prediction.subarray(0, x.length);
    const varianceInterpolation = prediction.subarray(x.length, 2 * x.length);
    if (!guided) return { noise, varianceInterpolation };
    const unconditionalNoise = prediction.subarray(2 * x.length, 3 * x.length);
    return { noise: guide(noise, unconditionalNoise, guidanceScale), varianceInterpolation };
  };
}

function twice(values: Float32Array): Float32Array {
  const doubled = new Float32Array(2 * values.length);
  doubled.set(values);
  doubled.set(values, values.length);
  return doubled;
}
