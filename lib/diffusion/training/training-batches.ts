/** The batches of every training step, each a function of the seed and its number alone. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { type ModelOptions, resolveArchitecture } from "../model/model-options";
import { type EncodedCaption, encodeCaption } from "../model/tokenizer";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { enlargeMask } from "../sampling/known-image";
import type { DegradedMark } from "./augmentation/augmentation";
import { degradedEnding } from "./augmentation/degraded-mark";
import { batchFeeds, type NoisedExample } from "./batch-feeds";
import { type CaptionPair, drawPair, pairFeeds } from "./caption-pairs";
import { drawExample, type ExampleSettings } from "./draw-example";
import { drawKeepMask } from "./dropout-mask";
import { epochOrder } from "./epoch-order";
import type { Learner } from "./learner";
import { withPrior } from "./prior-preservation";
import { drawMask } from "./random-mask";
import { randomFor } from "./random-streams";
import { TimestepDraw, type TimestepWeighting } from "./timestep-weights";
import type { TrainingExample, TrainingImages } from "./training-images";

export type BatchSettings = TimestepWeighting &
  Omit<ExampleSettings, "sizePx" | "lowResSizePx"> & {
    readonly degradedMark: DegradedMark;
    readonly batchSize: number;
    /** Batches per step. */
    readonly accumulationSteps: number;
    /** Probability that an example's caption is replaced by the empty one, which guidance needs. */
    readonly captionDropRate: number;
    readonly dropoutRate: number;
    /** Above 0, batches hold two captions of each image, see captionConsistency. */
    readonly consistencyWeight: number;
    /** For inpainting models, see drawMask. */
    readonly erasedAreaMin: number;
  };

/** Without a pair in runs that have no term of consistency. */
type PairedExample = NoisedExample & { readonly pair: CaptionPair | null };

/** Batches of class images, which join those of the run, and how much their loss counts. */
export type PriorBatches = { readonly batches: TrainingBatches; readonly weight: number };

/**
 * Draws without replacement: every image once in an epoch, or by its weight, in its own order for each epoch. A batch
 * may span the end of an epoch.
 */
export class TrainingBatches {
  private readonly images: TrainingImages;
  readonly options: ModelOptions;
  readonly diffusion: GaussianDiffusion;
  private readonly settings: BatchSettings;
  private readonly timesteps: TimestepDraw;
  private readonly prior: PriorBatches | null;
  private order: { epoch: number; indices: Uint32Array } | null = null;

  constructor(
    images: TrainingImages,
    options: ModelOptions,
    diffusion: GaussianDiffusion,
    settings: BatchSettings,
    prior: PriorBatches | null = null,
  ) {
    this.images = images;
    this.options = options;
    this.diffusion = diffusion;
    this.settings = settings;
    this.prior = prior;
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
    const { seed, dropoutRate } = this.settings;
    const own = await this.examples(run);
    const examples = this.prior
      ? withPrior(own, await this.prior.batches.examples(run), this.prior.weight)
      : own;
    const feeds = batchFeeds(examples, this, model.textInputNames);
    // Class images take no part: their caption is the same for all.
    if (this.settings.consistencyWeight > 0) {
      const pairs = own.map(({ pair }) => pair!);
      Object.assign(feeds, pairFeeds(pairs, model.textInputNames));
    }
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

  /** The images of run number `run`, with what was drawn for them. */
  private examples(run: number): Promise<PairedExample[]> {
    const { batchSize } = this.settings;
    const numbers = Array.from({ length: batchSize }, (_, position) => run * batchSize + position);
    return Promise.all(numbers.map((number) => this.noisedExample(number)));
  }

  private async noisedExample(number: number): Promise<PairedExample> {
    const example = await this.example(number);
    const { pixels, lowResPixels, degradations } = example;
    const random = randomFor(this.settings.seed, "noise", number);
    const drawn = this.timesteps.draw(random);
    return {
      pixels,
      lowResPixels,
      caption: this.encode(example, number),
      isMarked: this.settings.degradedMark === "embedding" && degradations.length > 0,
      drawn,
      noise: random.normals(pixels.length),
      knownMask: this.options.inpaint ? this.mask(number) : null,
      pair:
        this.settings.consistencyWeight > 0
          ? drawPair(example, this.options.text_ctx, randomFor(this.settings.seed, "secondCaption", number))
          : null,
    };
  }

  private example(number: number): Promise<TrainingExample> {
    const { imageSizePx: sizePx, lowResSizePx } = resolveArchitecture(this.options);
    return drawExample(this.images, this.imageOf(number), number, {
      ...this.settings,
      sizePx,
      lowResSizePx,
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
      const random = randomFor(this.settings.seed, "order", epoch);
      this.order = { epoch, indices: epochOrder(count, this.images.weights, random) };
    }
    return this.order.indices[number % count]!;
  }

  private encode(
    { caption: own, degradations }: Pick<TrainingExample, "caption" | "degradations">,
    number: number,
  ): EncodedCaption {
    const { seed, captionDropRate, degradedMark } = this.settings;
    const dropped = randomFor(seed, "captionDrop", number).uniform() < captionDropRate;
    const caption = dropped ? "" : own;
    // Kept where the caption is dropped: without one, too, a model is to draw images as they were.
    const ending = degradedMark === "words" ? degradedEnding(caption, degradations) : "";
    return encodeCaption(caption, this.options.text_ctx, ending);
  }
}
