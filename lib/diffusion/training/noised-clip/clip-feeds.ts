/** What one step of a noised CLIP's training reads: images with noise of random timesteps, and captions as tokens. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { SemblanceError } from "@/lib/errors";
import type { Random } from "@/lib/numerics/random";
import type { ClipOptions } from "../../noised-clip/clip-options";
import { encodeClipCaption } from "../../noised-clip/clip-tokenizer";
import type { GaussianDiffusion } from "../../process/gaussian-diffusion";

/** Images and captions that belong together. */
export type ClipPairs = {
  /** [batch, 3, image_size, image_size], clean, in [-1, 1]. */
  readonly images: Float32Array;
  /** One for each image. */
  readonly captions: readonly string[];
  /** [batch, batch], see contrastiveLoss. */
  readonly leftOut: Float32Array;
};

/** Tokens and end marks of captions, as encodeCaptions takes them. Throws as encodeClipCaption. */
export function captionFeeds(captions: readonly string[], { max_text_len: context }: ClipOptions) {
  const tokens = new BigInt64Array(captions.length * context);
  const endPosition = new Float32Array(captions.length * context);
  for (const [row, caption] of captions.entries()) {
    const encoded = encodeClipCaption(caption, context);
    tokens.set(encoded.tokens, row * context);
    endPosition[row * context + encoded.length - 1] = 1;
  }
  return { tokens, end_position: endPosition };
}

/**
 * Images at their timesteps: x_t = √ᾱ x_0 + √(1-ᾱ) noise.
 *
 * @param images as ClipPairs
 * @param timesteps of the full process, one for each image
 * @param random of the noise
 */
export function noisyImageFeeds(
  images: Float32Array,
  timesteps: readonly number[],
  { diffusion, random }: { readonly diffusion: GaussianDiffusion; readonly random: Random },
) {
  const size = images.length / timesteps.length;
  const image = new Float32Array(images.length);
  for (const [row, timestep] of timesteps.entries()) {
    const clean = images.subarray(row * size, (row + 1) * size);
    image.set(diffusion.addNoise(clean, random.normals(size), timestep), row * size);
  }
  return { image, timestep: BigInt64Array.from(timesteps, BigInt) };
}

/**
 * Every input of buildClipTrainingGraph. Each image's timestep is uniform over the full process, as in GLIDE's noised
 * CLIP (Nichol et al. 2021, section 2.3).
 *
 * @param diffusion with every timestep kept
 * @throws SemblanceError `shape_mismatch` where images and captions are not as many as the graph takes
 */
export function clipTrainingFeeds(
  { images, captions, leftOut }: ClipPairs,
  { options, diffusion, random }: { options: ClipOptions; diffusion: GaussianDiffusion; random: Random },
): Record<string, TensorData> {
  const count = captions.length;
  if (images.length !== count * 3 * options.image_size ** 2 || leftOut.length !== count ** 2) {
    throw new SemblanceError(
      "shape_mismatch",
      `A batch of ${count} captions has ${images.length} values of images and ${leftOut.length} pairs.`,
      { remedy: "Give one image for each caption, and one number for each pair." },
    );
  }
  const timesteps = captions.map(() => random.integer(diffusion.stepCount));
  return {
    ...captionFeeds(captions, options),
    ...noisyImageFeeds(images, timesteps, { diffusion, random }),
    left_out: leftOut,
  };
}
