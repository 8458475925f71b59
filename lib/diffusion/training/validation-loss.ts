/** The loss of fixed images under fixed draws, per band of timesteps: what validation measures. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { createSession } from "@/lib/engine/runtime/session";
import { buildTrainingModel } from "../model/model-graphs";
import { resolveArchitecture } from "../model/model-options";
import type { ModelSource } from "../model/open-model";
import { encodeCaption } from "../model/tokenizer";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { enlargeMask } from "../sampling/known-image";
import { batchFeeds, type NoisedExample } from "./batch-feeds";
import { hybridLossPerImage } from "./diffusion-loss";
import { drawMask } from "./random-mask";
import { randomFor } from "./random-streams";
import { noiseErrorWeight, type TimestepWeighting } from "./timestep-weights";
import type { TrainingExample, TrainingImages } from "./training-images";

/**
 * Equal parts of the timesteps, for each of which a run has a series. Each image is measured once in each: a batch is an image
 * under so many draws.
 */
export const timestepBands = 4;

/** Images under draws that depend on the seed and their place in the list alone. */
export type ValidationSet = {
  readonly images: TrainingImages;
  /** Of the images that are measured. */
  readonly indices: readonly number[];
  /** Keeps the draws of several sets apart. */
  readonly number: number;
};

export type ValidationSettings = TimestepWeighting & {
  readonly seed: number;
  readonly erasedAreaMin: number;
};

type Request = {
  readonly model: ModelSource;
  readonly diffusion: GaussianDiffusion;
  readonly settings: ValidationSettings;
  readonly provider?: ExecutionProvider | undefined;
  readonly threads?: number | undefined;
  /** Awaited between two images; what it throws ends the measurement. */
  readonly pause: () => Promise<void>;
};

/** The sets' numbers are this far apart, beyond any list of images. */
const drawsPerSet = 2 ** 40;

/**
 * The training loss of every image of every set, with its weights of timesteps, but without dropout, caption dropout,
 * random crops and mirroring: always the largest square at a fixed place.
 *
 * @returns for each set, for each image, its loss in each band, the least noisy band first
 */
export async function measureLosses(sets: readonly ValidationSet[], request: Request): Promise<number[][][]> {
  const { model, diffusion, provider, threads, pause } = request;
  const built = buildTrainingModel(model.options, { batchSize: timestepBands, dropoutRate: 0 });
  built.graph.output("losses", hybridLossPerImage(built.output, diffusion));
  const weights = await model.loadWeights(built.graph.parameters.keys());
  const session = await createSession(built.graph, { weights, provider, threads });
  try {
    const measured: number[][][] = [];
    for (const set of sets) {
      const losses: number[][] = [];
      for (const place of set.indices.keys()) {
        const draws = await drawBands(set, place, request);
        const feeds = batchFeeds(draws, { options: model.options, diffusion }, built.textInputNames);
        const result = await session.run(feeds);
        losses.push(Array.from(result.losses as Float32Array));
        await pause();
      }
      measured.push(losses);
    }
    return measured;
  } finally {
    await session.release();
  }
}

/** An image at one timestep of each band. */
async function drawBands(
  { images, indices, number }: ValidationSet,
  place: number,
  { model: { options }, diffusion, settings }: Request,
): Promise<NoisedExample[]> {
  const random = randomFor(settings.seed, "validation", number * drawsPerSet + place);
  const { imageSizePx: sizePx, lowResSizePx } = resolveArchitecture(options);
  const crop = { sizePx, lowResSizePx, cropAreaMin: 1, flip: false };
  const example: TrainingExample = await images.draw(indices[place]!, random, crop);
  const caption = encodeCaption(example.caption, options.text_ctx);
  const bandLength = diffusion.stepCount / timestepBands;
  return Array.from({ length: timestepBands }, (_, band) => {
    const timestep = Math.floor(bandLength * (band + random.uniform()));
    return {
      pixels: example.pixels,
      lowResPixels: example.lowResPixels,
      caption,
      drawn: {
        timestep,
        errorWeight: noiseErrorWeight(diffusion.alphasCumprod[timestep]!, settings),
        boundWeight: 1,
      },
      noise: random.normals(example.pixels.length),
      knownMask: options.inpaint
        ? enlargeMask(
            drawMask(lowResSizePx ?? sizePx, random, settings.erasedAreaMin),
            lowResSizePx ?? sizePx,
            sizePx,
          )
        : null,
    };
  });
}
