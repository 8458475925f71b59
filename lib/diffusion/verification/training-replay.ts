/** Repeats the training steps of a reference case: its batches, its noise, its optimiser settings. */
import { gradients } from "@/lib/engine/autodiff";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/runtime/session";
import { buildTrainingModel, type TrainingModel } from "../model/model-graphs";
import { timestepEmbedding } from "../model/timestep-embedding";
import { createDiffusion, type GaussianDiffusion } from "../process/gaussian-diffusion";
import { AdamW } from "../training/adamw";
import {
  type ReferenceCase,
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
  /** By parameter, of this step's batch. */
  readonly gradients: Arrays;
  /** By parameter, after this step; overwritten by the next. */
  readonly weights: Arrays;
};

/** The settings of AdamW that a case's metadata states, or the reference's defaults. */
export function optimiserSettings({ metadata }: ReferenceCase) {
  const [beta1 = 0.9, beta2 = 0.999] = (metadata.betas ?? "").split(",").filter(Boolean).map(Number);
  return {
    learningRate: Number(metadata.lr ?? 1e-3),
    weightDecay: Number(metadata.weight_decay ?? 0),
    betas: [beta1, beta2] as const,
    epsilon: Number(metadata.eps ?? 1e-8),
  };
}

/**
 * Trains on the mean squared error of the noise over the full process, a step for each batch: `train.0.*`,
 * `train.1.*`, ..., or `train.*` where there is only one.
 */
export async function* replayTraining(
  reference: ReferenceCase,
  provider: ExecutionProvider,
): AsyncGenerator<ReplayedStep> {
  const { options, loadWeights } = reference.model;
  const batches = batchNames(reference);
  const batchSize = referenceTensor(reference, `${batches[0]}.x0`).shape[0]!;
  const model = buildTrainingModel(options, { batchSize, dropoutRate: 0 });
  const { graph } = model;
  const parameters = [...graph.parameters.keys()];
  appendLoss(model);

  const weights = new Map([...(await loadWeights(parameters))].map(([name, { data }]) => [name, data]));
  const optimiser = new AdamW(weights, optimiserSettings(reference));
  const diffusion = createDiffusion({
    noiseSchedule: options.noise_schedule,
    diffusionSteps: options.diffusion_steps,
  });
  const session = await createSession(graph, { provider });
  try {
    for (const [index, batch] of batches.entries()) {
      const outputs = await session.run({
        ...Object.fromEntries(weights),
        ...batchFeeds(reference, batch, model, diffusion),
      });
      const stepGradients = new Map(
        parameters.map((name) => [name, outputs[gradientOutput(name)] as Float32Array]),
      );
      optimiser.step(stepGradients);
      const [loss] = outputs.loss as Float32Array;
      yield { step: index + 1, loss: loss!, gradients: stepGradients, weights };
    }
  } finally {
    await session.release();
  }
}

function batchNames(reference: ReferenceCase): string[] {
  if (reference.tensors.has("train.x0")) return ["train"];
  const names = ["train.0"];
  while (reference.tensors.has(`train.${names.length}.x0`)) names.push(`train.${names.length}`);
  return names;
}

const gradientOutput = (parameter: string) => `gradient of ${parameter}`;

function appendLoss({ graph, noisyImages, output }: TrainingModel): void {
  const noise = graph.input("noise", noisyImages.shape);
  const loss = op.meanSquaredError(op.slice(output, { axis: 1, start: 0, end: 3 }), noise);
  const parameters = [...graph.parameters];
  const results = gradients(
    loss,
    parameters.map(([, tensor]) => tensor),
  );
  graph.output("loss", loss);
  for (const [index, [name]] of parameters.entries()) graph.output(gradientOutput(name), results[index]!);
}

/** What a batch does not state, the caption and the low-resolution image, is that of the forward pass. */
function batchFeeds(
  reference: ReferenceCase,
  batch: string,
  { architecture, textInputNames }: TrainingModel,
  diffusion: GaussianDiffusion,
): Record<string, TensorData> {
  const groupOf = (key: string) => (reference.tensors.has(`${batch}.${key}`) ? batch : "forward");
  const noise = referenceFloats(reference, `${batch}.noise`);
  const timesteps = referenceIntegers(reference, `${batch}.timesteps`);
  const feeds: Record<string, TensorData> = {
    noise,
    noisy_images: addNoise(referenceFloats(reference, `${batch}.x0`), noise, timesteps, diffusion),
    timestep_embedding: timestepEmbedding(timesteps, architecture.baseChannels),
  };
  if (textInputNames.length > 0) {
    const captions = referenceTokens(reference, groupOf("tokens"), timesteps.length);
    feeds.tokens = BigInt64Array.from(captions.flatMap(({ tokens }) => [...tokens]));
    feeds.text_mask = Uint8Array.from(captions.flatMap(({ mask }) => [...mask]));
  }
  if (architecture.inpaints) {
    feeds.known_images = referenceFloats(reference, `${groupOf("inpaint_image")}.inpaint_image`);
    feeds.known_mask = referenceFloats(reference, `${groupOf("inpaint_mask")}.inpaint_mask`);
  }
  if (architecture.lowResSizePx !== null) {
    feeds.low_res_images = referenceFloats(reference, `${groupOf("low_res")}.low_res`);
  }
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
