/** The batches of every training step, each a function of the seed and its number alone. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { type ModelOptions, resolveArchitecture } from "../model/model-options";
import { timestepEmbedding } from "../model/timestep-embedding";
import { type EncodedCaption, emptyCaption, encodeCaption } from "../model/tokenizer";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { enlargeMask } from "../sampling/known-image";
import { lossFeeds } from "./diffusion-loss";
import { drawKeepMask } from "./dropout-mask";
import type { Learner } from "./learner";
import { drawMask } from "./random-mask";
import { randomFor } from "./random-streams";
import { TimestepDraw, type TimestepWeighting } from "./timestep-weights";
import type { TrainingExample, TrainingImages } from "./training-images";

export type BatchSettings = TimestepWeighting & {
  readonly seed: number;
  readonly batchSize: number;
  /** Batches per step. */
  readonly accumulationSteps: number;
  /** Probability that an example's caption is replaced by the empty one, which guidance needs. */
  readonly captionDropRate: number;
  readonly dropoutRate: number;
  readonly cropAreaMin: number;
  readonly flip: boolean;
  /** For inpainting models, see drawMask. */
  readonly erasedAreaMin: number;
};

/**
 * Draws without replacement: every image once in an epoch, in its own order for each epoch. A batch may
 * span the end of an epoch.
 */
export class TrainingBatches {
  private readonly images: TrainingImages;
  private readonly options: ModelOptions;
  private readonly diffusion: GaussianDiffusion;
  private readonly settings: BatchSettings;
  private readonly timesteps: TimestepDraw;
  private order: { epoch: number; indices: Uint32Array } | null = null;

  constructor(
    images: TrainingImages,
    options: ModelOptions,
    diffusion: GaussianDiffusion,
    settings: BatchSettings,
  ) {
    this.images = images;
    this.options = options;
    this.diffusion = diffusion;
    this.settings = settings;
    this.timesteps = new TimestepDraw(diffusion, settings);
  }

  /** Steps until every image was drawn `epochs` times; the last batch may begin one epoch more. */
  stepsFor(epochs: number): number {
    return Math.ceil((epochs * this.images.count) / this.imagesPerStep);
  }

  /** Epochs, with a fraction, that are done after `steps` steps. */
  epochsAfter(steps: number): number {
    return (steps * this.imagesPerStep) / this.images.count;
  }

  private get imagesPerStep(): number {
    return this.settings.batchSize * this.settings.accumulationSteps;
  }

  /** Everything besides weights that a model takes in run number `run` (from 0); a step takes `accumulationSteps` runs. */
  async batch(
    run: number,
    model: Pick<Learner, "textInputNames" | "dropoutMasks">,
  ): Promise<Record<string, TensorData>> {
    const { seed, batchSize, dropoutRate } = this.settings;
    const numbers = Array.from({ length: batchSize }, (_, position) => run * batchSize + position);
    const examples = await Promise.all(numbers.map((number) => this.example(number)));
    const captions = numbers.map((number, position) => this.encode(examples[position]!, number));
    const pixels = concatenate(examples.map((example) => example.pixels));
    const { drawn, noise, noisy } = this.addNoise(examples, numbers);

    const feeds: Record<string, TensorData> = {
      noisy_images: noisy,
      timestep_embedding: timestepEmbedding(
        drawn.map(({ timestep }) => timestep),
        this.options.num_channels,
      ),
      ...lossFeeds(pixels, noise, drawn, this.diffusion),
    };
    if (this.options.inpaint) {
      feeds.known_images = pixels;
      feeds.known_mask = concatenate(numbers.map((number) => this.mask(number)));
    }
    for (const name of model.textInputNames) feeds[name] = textInput(name, captions);
    const lowRes = examples.flatMap((example) => example.lowResPixels ?? []);
    if (lowRes.length > 0) feeds.low_res_images = concatenate(lowRes);
    const random = randomFor(seed, "dropout", run);
    for (const { name, shape } of model.dropoutMasks) {
      feeds[name] = drawKeepMask(
        shape.reduce((product, size) => product * size, 1),
        dropoutRate,
        random,
      );
    }
    return feeds;
  }

  private example(number: number): Promise<TrainingExample> {
    const { seed, cropAreaMin, flip } = this.settings;
    const { imageSizePx, lowResSizePx } = resolveArchitecture(this.options);
    return this.images.draw(this.imageOf(number), randomFor(seed, "example", number), {
      sizePx: imageSizePx,
      lowResSizePx,
      cropAreaMin,
      flip,
    });
  }

  /** Drawn at the base's size, of an upsampler's image too: what it completes was masked there. */
  private mask(number: number): Float32Array {
    const { seed, erasedAreaMin } = this.settings;
    const { imageSizePx, lowResSizePx } = resolveArchitecture(this.options);
    const drawnPx = lowResSizePx ?? imageSizePx;
    const mask = drawMask(drawnPx, randomFor(seed, "mask", number), erasedAreaMin);
    return enlargeMask(mask, drawnPx, imageSizePx);
  }

  private imageOf(number: number): number {
    const { count } = this.images;
    const epoch = Math.floor(number / count);
    if (this.order?.epoch !== epoch) {
      this.order = { epoch, indices: randomFor(this.settings.seed, "order", epoch).permutation(count) };
    }
    return this.order.indices[number % count]!;
  }

  private encode(example: TrainingExample, number: number): EncodedCaption {
    const { seed, captionDropRate } = this.settings;
    const dropped = randomFor(seed, "captionDrop", number).uniform() < captionDropRate;
    const { text_ctx: context } = this.options;
    return dropped ? emptyCaption(context) : encodeCaption(example.caption, context);
  }

  private addNoise(examples: readonly TrainingExample[], numbers: readonly number[]) {
    const noised = examples.map(({ pixels }, position) => {
      const random = randomFor(this.settings.seed, "noise", numbers[position]!);
      const drawn = this.timesteps.draw(random);
      const noise = random.normals(pixels.length);
      return { drawn, noise, noisy: this.diffusion.addNoise(pixels, noise, drawn.timestep) };
    });
    return {
      drawn: noised.map(({ drawn }) => drawn),
      noise: concatenate(noised.map(({ noise }) => noise)),
      noisy: concatenate(noised.map(({ noisy }) => noisy)),
    };
  }
}

function textInput(name: "tokens" | "text_mask", captions: readonly EncodedCaption[]): TensorData {
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
