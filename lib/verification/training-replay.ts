/** Repeats the training steps of a reference case: its batches, its noise, its optimiser settings. */

import type { LoraForm } from "@/lib/diffusion/lora/lora-graph";
import { type ModelOptions, resolveArchitecture } from "@/lib/diffusion/model/model-options";
import { timestepEmbedding } from "@/lib/diffusion/model/timestep-embedding";
import { createDiffusion, type GaussianDiffusion } from "@/lib/diffusion/process/gaussian-diffusion";
import { AdamW } from "@/lib/diffusion/training/adamw";
import { TrainingStep } from "@/lib/diffusion/training/training-step";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import {
  type ReferenceValues,
  referenceFloats,
  referenceIntegers,
  referenceTensor,
  referenceTokens,
} from "./reference-case";

type Arrays = ReadonlyMap<string, Float32Array>;

export type ReplayedStep = {
  /** Steps done, this one included. */
  readonly step: number;
  readonly loss: number;
  /** By parameter that learns, of this step's batch; overwritten by the next. */
  readonly gradients: Arrays;
  /** By parameter, after this step; overwritten by the next. */
  readonly weights: Arrays;
};

/** The settings of AdamW that a case's metadata states, or the reference's defaults. */
export function optimiserSettings({ metadata }: ReferenceValues) {
  const [beta1 = 0.9, beta2 = 0.999] = (metadata.betas ?? "").split(",").filter(Boolean).map(Number);
  return {
    learningRate: Number(metadata.lr ?? 1e-3),
    weightDecay: Number(metadata.weight_decay ?? 0),
    betas: [beta1, beta2] as const,
    epsilon: Number(metadata.eps ?? 1e-8),
  };
}

export type Replay = {
  /** Holds the batches: `train.0.*`, `train.1.*`, ..., or `train.*` where there is only one. */
  readonly batches: ReferenceValues;
  readonly options: ModelOptions;
  /** Every parameter, with those of adapters; those that learn are changed in place. */
  readonly weights: Arrays;
  readonly lora?: LoraForm;
  readonly optimiser: ReturnType<typeof optimiserSettings>;
  readonly provider: ExecutionProvider;
};

/** Trains on the mean squared error of the noise over the full process, a step for each batch. */
export async function* replayTraining(replay: Replay): AsyncGenerator<ReplayedStep> {
  const { batches, options, weights } = replay;
  const names = batchNames(batches);
  const batchSize = referenceTensor(batches, `${names[0]}.x0`).shape[0]!;
  const graph = await createReplayStep({ ...replay, batchSize });
  try {
    const learning = new Map([...graph.trainedShapes.keys()].map((name) => [name, weights.get(name)!]));
    const gradients = new Map([...learning].map(([name, { length }]) => [name, new Float32Array(length)]));
    const optimiser = new AdamW(learning, replay.optimiser);
    for (const [index, name] of names.entries()) {
      const { loss } = await graph.run(weights, replayFeeds(batches, name, options), gradients);
      optimiser.step(gradients);
      yield { step: index + 1, loss, gradients, weights };
    }
  } finally {
    await graph.release();
  }
}

/** The production's step, without dropout and with the squared error of the noise alone. */
export function createReplayStep({
  options,
  batchSize,
  lora,
  provider,
}: Pick<Replay, "options" | "lora" | "provider"> & { batchSize: number }): Promise<TrainingStep> {
  const settings = { options, batchSize, provider, lora: lora ?? null };
  const fixed = { dropoutRate: 0, trained: "all", learnsVariance: false } as const;
  return TrainingStep.create({ ...settings, ...fixed, diffusion: fullProcess(options) });
}

function fullProcess(options: ModelOptions): GaussianDiffusion {
  return createDiffusion({
    noiseSchedule: options.noise_schedule,
    diffusionSteps: options.diffusion_steps,
  });
}

function batchNames(reference: ReferenceValues): string[] {
  if (reference.tensors.has("train.x0")) return ["train"];
  const names = ["train.0"];
  while (reference.tensors.has(`train.${names.length}.x0`)) names.push(`train.${names.length}`);
  return names;
}

/**
 * What a step is fed for a batch, or for a part of one. What the batch does not state, the caption and the
 * low-resolution image, is that of the forward pass.
 *
 * @param part of this many equal consecutive parts the one of this number; absent: all of it.
 */
export function replayFeeds(
  reference: ReferenceValues,
  batch: string,
  options: ModelOptions,
  { number, count }: { number: number; count: number } = { number: 0, count: 1 },
): Record<string, TensorData> {
  const architecture = resolveArchitecture(options);
  const groupOf = (key: string) => (reference.tensors.has(`${batch}.${key}`) ? batch : "forward");
  const share = <Row>(rows: readonly Row[]) =>
    rows.slice((number * rows.length) / count, ((number + 1) * rows.length) / count);
  const floats = (key: string) => {
    const whole = referenceFloats(reference, `${groupOf(key)}.${key}`);
    return whole.slice((number * whole.length) / count, ((number + 1) * whole.length) / count);
  };
  const all = referenceIntegers(reference, `${batch}.timesteps`);
  const timesteps = share(all);
  const noise = floats("noise");
  const feeds: Record<string, TensorData> = {
    noise,
    noisy_images: addNoise(floats("x0"), noise, timesteps, fullProcess(options)),
    timestep_embedding: timestepEmbedding(timesteps, architecture.baseChannels),
  };
  if (architecture.text !== null) {
    const captions = share(referenceTokens(reference, groupOf("tokens"), all.length));
    feeds.tokens = BigInt64Array.from(captions.flatMap(({ tokens }) => [...tokens]));
    feeds.text_mask = Uint8Array.from(captions.flatMap(({ mask }) => [...mask]));
  }
  if (architecture.inpaints) {
    feeds.known_images = floats("inpaint_image");
    feeds.known_mask = floats("inpaint_mask");
  }
  if (architecture.lowResSizePx !== null) feeds.low_res_images = floats("low_res");
  return feeds;
}

function addNoise(
  clean: Float32Array,
  noise: Float32Array,
  timesteps: readonly number[],
  diffusion: GaussianDiffusion,
): Float32Array {
  const length = clean.length / timesteps.length;
  const noisy = new Float32Array(clean.length);
  for (const [image, timestep] of timesteps.entries()) {
    const range = [image * length, (image + 1) * length] as const;
    noisy.set(diffusion.addNoise(clean.subarray(...range), noise.subarray(...range), timestep), range[0]);
  }
  return noisy;
}
