/** Trains a noised CLIP from scratch on images and captions, resumably, and writes it as files. */
import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { createSession } from "@/lib/engine/runtime/session";
import { SemblanceError } from "@/lib/errors";
import type { ClipOptions } from "../../noised-clip/clip-options";
import { createDiffusion } from "../../process/gaussian-diffusion";
import type { NoiseScheduleName } from "../../process/schedules";
import { AdamW } from "../adamw";
import { updateMovingAverage, warmedUpDecay } from "../exponential-moving-average";
import { clippingScale, globalNorm } from "../gradient-clipping";
import { learningRateAt } from "../learning-rate";
import { randomFor } from "../random-streams";
import { gradientOf } from "../training-graph";
import { type TrainingState, TrainingStateFolder } from "../training-state";
import { type ClipPairs, clipTrainingFeeds } from "./clip-feeds";
import { buildClipTrainingGraph, logScaleName, textPrefix } from "./contrastive-loss";
import { initialClipWeights } from "./initial-clip-weights";
import { writeNoisedClip } from "./write-noised-clip";

export type ClipTrainingSettings = {
  readonly seed: number;
  readonly batchSize: number;
  readonly steps: number;
  /** The highest rate: it rises evenly over `warmupSteps` and falls along half a cosine to 0 at the last step. */
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly weightDecay: number;
  readonly gradientClipNorm: number;
  readonly emaDecay: number;
  /** The factor on the cosines is learned; it starts at the first and stays below the second. */
  readonly firstLogitScale: number;
  readonly mostLogitScale: number;
  readonly checkpointEverySteps: number;
};

export type ClipTraining = {
  /** `logit_scale` is not read: it is learned. */
  readonly options: ClipOptions;
  readonly settings: ClipTrainingSettings;
  /** The pairs of step `step` (from 0): a function of the step alone, so that a run can be continued. */
  readonly pairsOf: (step: number) => ClipPairs;
  /** Of what the pairs are drawn from; a run is continued only with the same. */
  readonly dataFingerprint: string;
  /** Holds the run's states, and at the end the folder `final` with its files. */
  readonly directory: string;
  readonly threads?: number;
  readonly signal?: AbortSignal | undefined;
  /** Told after each step, which counts from 1. */
  readonly onStep: (progress: { step: number; loss: number; logitScale: number }) => void;
  readonly onLog: (message: string) => void;
};

/**
 * Trains to the last step; what was done before is resumed, with bit for bit the same result. The written weights are
 * the moving average; rows of tokens that no caption had are zero.
 *
 * @returns the folder of the finished files
 * @throws SemblanceError `cancelled` with the state kept; `disk_full`; `conflict` where the folder holds a run of other
 *   options, settings or images; `invalid_input` for an unknown noise schedule
 */
export async function trainNoisedClip(training: ClipTraining): Promise<string> {
  const { options, settings, pairsOf, directory, threads, signal, onStep, onLog } = training;
  const diffusion = fullDiffusion(options);
  const graph = buildClipTrainingGraph(options, settings.batchSize);
  const shapes = new Map([...graph.parameters].map(([name, { shape }]) => [name, shape]));
  const session = await createSession(graph, { threads });
  try {
    const state = initialState(shapes, settings);
    const states = await TrainingStateFolder.open(join(directory, "states"), fingerprint(training));
    const { step: started } = await states.restore(async () => state, onLog);
    state.optimiser.stepCount = started;
    const gradients = new Map(
      [...state.weights].map(([name, { length }]) => [name, new Float32Array(length)]),
    );
    const targets = Object.fromEntries([...gradients].map(([name, data]) => [gradientOf(name), data]));
    const save = (step: number) => states.save({ step, isDueLeft: false }, state, shapes);
    for (let step = started; step < settings.steps; step++) {
      if (signal?.aborted) {
        await save(step);
        throw new SemblanceError("cancelled", "The training of the noised CLIP was interrupted.");
      }
      const random = randomFor(settings.seed, "noise", step);
      const feeds = clipTrainingFeeds(pairsOf(step), { options, diffusion, random });
      const { loss } = await session.run({ ...feeds, ...Object.fromEntries(state.weights) }, targets);
      const logitScale = update(state, gradients, { step, settings });
      onStep({ step: step + 1, loss: Number(loss![0]), logitScale });
      if ((step + 1) % settings.checkpointEverySteps === 0) await save(step + 1);
    }
    clearUntaughtTokens(state, options);
    const folder = join(directory, "final");
    await mkdir(folder, { recursive: true });
    await writeNoisedClip(folder, { options, shapes, weights: state.average });
    return folder;
  } finally {
    await session.release();
  }
}

/**
 * The process that a noised CLIP's images are from, with every timestep.
 *
 * @throws SemblanceError `invalid_input` for an unknown noise schedule
 */
export function fullDiffusion({ beta_schedule: noiseSchedule, n_timesteps: diffusionSteps }: ClipOptions) {
  return createDiffusion({ noiseSchedule: noiseSchedule as NoiseScheduleName, diffusionSteps });
}

type ClipState = TrainingState & {
  readonly average: ReadonlyMap<string, Float32Array>;
  readonly optimiser: AdamW;
};

function initialState(shapes: ReadonlyMap<string, Shape>, settings: ClipTrainingSettings): ClipState {
  const { seed, firstLogitScale } = settings;
  const weights = initialClipWeights(shapes, { seed, logitScale: firstLogitScale });
  const average = new Map([...weights].map(([name, data]) => [name, data.slice()]));
  const optimiser = new AdamW(weights, settings);
  const { firstMoments, secondMoments } = optimiser;
  return { weights, average, optimiser, firstMoments, secondMoments, lossScale: null };
}

/** One AdamW update, and the average with it. Returns the logit scale after it. */
function update(
  { weights, average, optimiser }: ClipState,
  gradients: ReadonlyMap<string, Float32Array>,
  { step, settings }: { readonly step: number; readonly settings: ClipTrainingSettings },
): number {
  const { gradientClipNorm, emaDecay, mostLogitScale, steps } = settings;
  const learningRate = learningRateAt({ ...settings, learningRateSchedule: "cosine" }, step, steps);
  optimiser.step(gradients, clippingScale(globalNorm(gradients), gradientClipNorm), learningRate);
  const logScale = weights.get(logScaleName)!;
  logScale[0] = Math.min(logScale[0]!, Math.log(mostLogitScale));
  updateMovingAverage(average, weights, warmedUpDecay(emaDecay, step));
  return Math.exp(logScale[0]!);
}

/** A token that no caption had has no gradient and so no second moment; its row is still what it started from. */
function clearUntaughtTokens({ average, secondMoments }: ClipState, options: ClipOptions): void {
  const name = `${textPrefix}blocks.input.w_voc`;
  const [table, moments] = [average.get(name)!, secondMoments.get(name)!];
  const width = table.length / options.n_vocab;
  for (let start = 0; start < table.length; start += width) {
    const row = moments.subarray(start, start + width);
    if (row.every((value) => value === 0)) table.fill(0, start, start + width);
  }
}

/** Of what a run must have in common with the states that it continues from. */
function fingerprint({ options, settings, dataFingerprint }: ClipTraining): string {
  const { logit_scale: _, ...sizes } = options;
  const { checkpointEverySteps: __, ...decisive } = settings;
  return createHash("sha256")
    .update(JSON.stringify([sizes, decisive, dataFingerprint]))
    .digest("hex");
}
