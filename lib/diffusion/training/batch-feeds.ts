/** What a model is fed for a batch of noised images; training and validation share it. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import type { ModelOptions } from "../model/model-options";
import type { EncodedCaption } from "../model/tokenizer";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { markedTimestepEmbedding } from "./augmentation/degraded-mark";
import { lossFeeds } from "./diffusion-loss";
import type { DrawnTimestep } from "./timestep-weights";
import type { TrainingExample } from "./training-images";

/** An image with everything that was drawn for it. */
export type NoisedExample = Pick<TrainingExample, "pixels" | "lowResPixels"> & {
  readonly caption: EncodedCaption;
  /** Whether the embedding of its timestep says that it was worsened on purpose; absent: no. */
  readonly isMarked?: boolean;
  readonly drawn: DrawnTimestep;
  /** As long as the pixels. */
  readonly noise: Float32Array;
  /** [size, size], 1 where the image is kept; null for models that complete no images. */
  readonly knownMask: Float32Array | null;
};

/** Every input of the graph besides weights, dropout masks and the loss's factor, see buildTrainingModel and LossFeeds. */
export function batchFeeds(
  examples: readonly NoisedExample[],
  { options, diffusion }: { options: ModelOptions; diffusion: GaussianDiffusion },
  textInputNames: readonly ("tokens" | "text_mask")[],
): Record<string, TensorData> {
  const pixels = concatenate(examples.map((example) => example.pixels));
  const drawn = examples.map((example) => example.drawn);
  const noise = concatenate(examples.map((example) => example.noise));
  const feeds: Record<string, TensorData> = {
    noisy_images: concatenate(
      examples.map(({ pixels: clean, noise: added, drawn: { timestep } }) =>
        diffusion.addNoise(clean, added, timestep),
      ),
    ),
    timestep_embedding: markedTimestepEmbedding(
      drawn.map(({ timestep }) => timestep),
      options.num_channels,
      examples.map(({ isMarked = false }) => isMarked),
    ),
    ...lossFeeds(pixels, noise, drawn, diffusion),
  };
  if (options.inpaint) {
    feeds.known_images = pixels;
    feeds.known_mask = concatenate(examples.flatMap(({ knownMask }) => knownMask ?? []));
  }
  const captions = examples.map(({ caption }) => caption);
  for (const name of textInputNames) feeds[name] = textInput(name, captions);
  const lowRes = examples.flatMap(({ lowResPixels }) => lowResPixels ?? []);
  if (lowRes.length > 0) feeds.low_res_images = concatenate(lowRes);
  return feeds;
}

export function textInput(name: "tokens" | "text_mask", captions: readonly EncodedCaption[]): TensorData {
  return name === "tokens"
    ? BigInt64Array.from(captions.flatMap(({ tokens }) => [...tokens]))
    : Uint8Array.from(captions.flatMap(({ mask }) => [...mask]));
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
