/** Holds losses, gradients and weights of a few training steps against the reference's. */
import { gradients } from "@/lib/engine/autodiff";
import type { ExecutionProvider } from "@/lib/engine/execution-provider";
import * as op from "@/lib/engine/ops";
import { createSession } from "@/lib/engine/session";
import type { TensorData } from "@/lib/engine/tensor";
import { createDiffusion } from "../gaussian-diffusion";
import { buildTrainingModel } from "../model/model-graphs";
import { timestepEmbedding } from "../model/timestep-embedding";
import { AdamW } from "../training/adamw";
import {
  type ReferenceCase,
  referenceFloats,
  referenceTensor,
  referenceTimesteps,
  referenceTokens,
} from "./reference-case";
import { type Measured, norm, relativeError } from "./relative-error";

const LOSS_TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 1e-3;
/** As for gradients, on the distance that the weights have moved. */
const WEIGHT_TOLERANCE = 1e-3;

/**
 * Gradients smaller than this part of the whole gradient are zero up to rounding: a convolution's bias before a norm
 * of single channels has the gradient 0, of which float32 sums leave about 1e-8 of their terms.
 */
const NEGLIGIBLE_GRADIENT = 1e-4;

const GRADIENT = "train.grad.";
const GRADIENT_ROWS = "train.grad_rows.";

/**
 * Trains as many steps as the case has batches (`train.0`, `train.1`, ...; or a single `train`) on the mean squared
 * error of the noise over the full process, and compares every `train.loss(es)`, `train.grad.*`, `train.grad_rows.*`,
 * `train.afterN.*` and the norms of all first gradients. AdamW's settings are those of the metadata.
 */
export async function checkTraining(
  reference: ReferenceCase,
  provider: ExecutionProvider,
): Promise<Measured[]> {
  const batches = reference.tensors.has("train.x0") ? ["train"] : namedBatches(reference);
  const trainer = await createTrainer(reference, batches[0]!, provider);
  const measured: Measured[] = [];
  const losses: number[] = [];
  try {
    for (const [index, batch] of batches.entries()) {
      losses.push(await trainer.backpropagate(batch));
      if (index === 0) measured.push(...compareGradients(reference, trainer.gradients));
      trainer.update();
      measured.push(...compareWeights(reference, trainer.weights, trainer.initialWeights, index + 1));
    }
  } finally {
    await trainer.release();
  }
  return [...measured, ...compareLosses(reference, losses)];
}

function namedBatches(reference: ReferenceCase): string[] {
  const batches: string[] = [];
  while (reference.tensors.has(`train.${batches.length}.x0`)) batches.push(`train.${batches.length}`);
  if (batches.length === 0) referenceTensor(reference, "train.0.x0");
  return batches;
}

async function createTrainer(reference: ReferenceCase, firstBatch: string, provider: ExecutionProvider) {
  const { options, loadWeights } = reference.model;
  const batchSize = referenceTensor(reference, `${firstBatch}.x0`).shape[0]!;
  const model = buildTrainingModel(options, { batchSize, dropoutRate: 0 });
  const { graph, architecture } = model;
  const noise = graph.input("noise", model.noisyImages.shape);
  const predictedNoise = op.slice(model.output, { axis: 1, start: 0, end: 3 });
  const loss = op.meanSquaredError(predictedNoise, noise);
  graph.output("loss", loss);
  const parameters = [...graph.parameters];
  const parameterGradients = gradients(
    loss,
    parameters.map(([, tensor]) => tensor),
  );
  for (const [index, [name]] of parameters.entries())
    graph.output(`gradient of ${name}`, parameterGradients[index]!);

  const weights = new Map(
    [...(await loadWeights(graph.parameters.keys()))].map(([name, { data }]) => [name, data]),
  );
  const { metadata } = reference;
  const [beta1 = 0.9, beta2 = 0.999] = (metadata.betas ?? "").split(",").filter(Boolean).map(Number);
  const optimiser = new AdamW(weights, {
    learningRate: Number(metadata.lr ?? 1e-3),
    weightDecay: Number(metadata.weight_decay ?? 0),
    betas: [beta1, beta2],
    epsilon: Number(metadata.eps ?? 1e-8),
  });
  const diffusion = createDiffusion({
    noiseSchedule: options.noise_schedule,
    diffusionSteps: options.diffusion_steps,
  });
  const session = await createSession(graph, { provider });
  const latest = new Map<string, Float32Array>();

  const feedsOf = (batch: string): Record<string, TensorData> => {
    const clean = referenceFloats(reference, `${batch}.x0`);
    const batchNoise = referenceFloats(reference, `${batch}.noise`);
    const timesteps = referenceTimesteps(reference, `${batch}.timesteps`);
    const length = clean.length / batchSize;
    const noisy = new Float32Array(clean.length);
    for (const [picture, timestep] of timesteps.entries()) {
      const [start, end] = [picture * length, (picture + 1) * length];
      noisy.set(
        diffusion.addNoise(clean.subarray(start, end), batchNoise.subarray(start, end), timestep),
        start,
      );
    }
    // What a training batch does not state is that of the forward pass.
    const group = reference.tensors.has(`${batch}.tokens`) ? batch : "forward";
    const captions = model.textInputNames.length > 0 ? referenceTokens(reference, group, batchSize) : [];
    return {
      noisy_images: noisy,
      noise: batchNoise,
      timestep_embedding: timestepEmbedding(timesteps, architecture.baseChannels),
      tokens: BigInt64Array.from(captions.flatMap(({ tokens }) => [...tokens])),
      text_mask: Uint8Array.from(captions.flatMap(({ mask }) => [...mask])),
      ...(architecture.lowResSizePx !== null && {
        low_res_images: referenceFloats(
          reference,
          reference.tensors.has(`${batch}.low_res`) ? `${batch}.low_res` : "forward.low_res",
        ),
      }),
    };
  };

  return {
    weights: weights as ReadonlyMap<string, Float32Array>,
    initialWeights: new Map([...weights].map(([name, data]) => [name, data.slice()])) as ReadonlyMap<
      string,
      Float32Array
    >,
    gradients: latest as ReadonlyMap<string, Float32Array>,
    /** Leaves the gradients of this batch in `gradients`; the loss is in float32, as in the reference. */
    async backpropagate(batch: string): Promise<number> {
      const outputs = await session.run({ ...Object.fromEntries(weights), ...feedsOf(batch) });
      for (const [name] of parameters) latest.set(name, outputs[`gradient of ${name}`] as Float32Array);
      return (outputs.loss as Float32Array)[0]!;
    },
    update: () => optimiser.step(latest),
    release: () => session.release(),
  };
}

function compareLosses(reference: ReferenceCase, losses: readonly number[]): Measured[] {
  const name = reference.tensors.has("train.losses") ? "train.losses" : "train.loss";
  const expected = referenceTensor(reference, name).data as Float64Array;
  return losses.map((loss, step) => ({
    part: `${name}[${step}]`,
    relativeError: relativeError([loss], [expected[step]!], name),
    tolerance: LOSS_TOLERANCE,
  }));
}

function compareGradients(reference: ReferenceCase, computed: ReadonlyMap<string, Float32Array>): Measured[] {
  const floor = NEGLIGIBLE_GRADIENT * norm([...computed.values()].map(norm));
  const measured = (part: string, actual: ArrayLike<number>, expected: ArrayLike<number>): Measured => ({
    part,
    relativeError: relativeError(actual, expected, part, floor),
    tolerance: GRADIENT_TOLERANCE,
  });
  const results: Measured[] = [];
  for (const [key, { data }] of reference.tensors) {
    if (key.startsWith(GRADIENT)) {
      results.push(measured(key, gradientOf(computed, key.slice(GRADIENT.length)), data as Float32Array));
    } else if (key.startsWith(GRADIENT_ROWS) && !key.endsWith(".index")) {
      const rows = referenceTensor(reference, `${key}.index`).data as ArrayLike<number | bigint>;
      const gradient = gradientOf(computed, key.slice(GRADIENT_ROWS.length));
      results.push(
        measured(key, selectRows(gradient, rows, data.length / rows.length), data as Float32Array),
      );
    }
  }
  for (const [name, expected] of Object.entries(reference.gradientNorms ?? {})) {
    results.push(measured(`norm of the gradient of ${name}`, [norm(gradientOf(computed, name))], [expected]));
  }
  return results;
}

function compareWeights(
  reference: ReferenceCase,
  weights: ReadonlyMap<string, Float32Array>,
  initial: ReadonlyMap<string, Float32Array>,
  step: number,
): Measured[] {
  const prefix = `train.after${step}.`;
  return [...reference.tensors]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, { data }]) => ({
      part: key,
      relativeError: relativeError(gradientOf(weights, key.slice(prefix.length)), data as Float32Array, key),
      tolerance: WEIGHT_TOLERANCE,
    }));
}

function gradientOf(byName: ReadonlyMap<string, Float32Array>, name: string): Float32Array {
  return byName.get(name) ?? new Float32Array();
}

function selectRows(table: Float32Array, rows: ArrayLike<number | bigint>, width: number): Float32Array {
  const selected = new Float32Array(rows.length * width);
  for (let index = 0; index < rows.length; index++) {
    const row = Number(rows[index]);
    selected.set(table.subarray(row * width, (row + 1) * width), index * width);
  }
  return selected;
}
