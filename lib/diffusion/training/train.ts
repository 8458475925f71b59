/** The training loop: from a model and captioned pictures to checkpoints, resumable at every moment. */
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { describeLeftOut, type LeftOutImage } from "@/lib/images/left-out";
import { parameterShapes } from "../model/parameters";
import { createDiffusion } from "../process/gaussian-diffusion";
import { AdamW } from "./adamw";
import { ContentHashes } from "./content-hashes";
import { updateMovingAverage, warmedUpDecay } from "./exponential-moving-average";
import { clippingScale, globalNorm } from "./gradient-clipping";
import { writeModelCheckpoint } from "./model-checkpoint";
import { identifyRun, keepIdentity, otherRunError, type RunIdentity, toFingerprint } from "./run-identity";
import { fingerprintByNames, startWeights } from "./run-start";
import { StepClock } from "./step-clock";
import { isTrained } from "./trained-part";
import { TrainingBatches } from "./training-batches";
import type { TrainingEvent } from "./training-events";
import { TrainingPictures } from "./training-pictures";
import { drawPreviews } from "./training-previews";
import type { TrainingRequest, TrainingResult } from "./training-request";
import {
  removeUnfinishedFiles,
  type TrainingPosition,
  type TrainingState,
  TrainingStateFolder,
} from "./training-state";
import { TrainingStep } from "./training-step";

/**
 * Trains to the last epoch. What has been done in `directory` before is taken up: killed at any moment and called
 * again, a run ends with the same weights, bit for bit, as one that was left alone (on the same machine with the same
 * number of threads). A run that is cancelled, or that an error ends, stores the state of its last step first.
 *
 * @throws SemblanceError `cancelled`; `conflict` where the folder holds another run; `invalid_input` where the loss
 *   is no longer finite, with the last states and checkpoints intact; `disk_full`; and what opening the pictures and
 *   the start's weights throws.
 */
export async function train(request: TrainingRequest): Promise<TrainingResult> {
  const run = await TrainingRun.prepare(request);
  try {
    return await run.finish();
  } finally {
    await run.release();
  }
}

/** Pictures that a line of the log names; those that go bad later have lines of their own. */
const mostNamedAtOnce = 100;

class TrainingRun {
  private readonly request: TrainingRequest;
  private readonly identity: RunIdentity;
  private readonly pictures: TrainingPictures;
  private readonly batches: TrainingBatches;
  private readonly graph: TrainingStep;
  private readonly shapes: ReadonlyMap<string, Shape>;
  /** Every weight of the model; those that learn are the arrays of `state`. */
  private readonly weights: ReadonlyMap<string, Float32Array>;
  private readonly state: TrainingState;
  private readonly states: TrainingStateFolder;
  private readonly gradients: ReadonlyMap<string, Float32Array>;
  private readonly totalSteps: number;
  /** What `state` holds; null while a step changes it, and once it is not worth keeping. */
  private position: TrainingPosition | null = { step: 0, isDueLeft: false };
  private savedStep = 0;
  private isIdentityKept = false;

  private constructor(parts: {
    request: TrainingRequest;
    identity: RunIdentity;
    pictures: TrainingPictures;
    batches: TrainingBatches;
    graph: TrainingStep;
    shapes: ReadonlyMap<string, Shape>;
    weights: ReadonlyMap<string, Float32Array>;
    states: TrainingStateFolder;
  }) {
    const { settings } = parts.request;
    this.request = parts.request;
    this.identity = parts.identity;
    this.pictures = parts.pictures;
    this.batches = parts.batches;
    this.graph = parts.graph;
    this.shapes = parts.shapes;
    this.weights = parts.weights;
    this.states = parts.states;
    this.totalSteps = parts.batches.stepsFor(settings.epochs);
    const trained = new Map([...this.weights].filter(([name]) => isTrained(settings.trained, name)));
    this.state = {
      shapes: this.shapes,
      weights: trained,
      average:
        settings.emaDecay > 0 ? new Map([...trained].map(([name, data]) => [name, data.slice()])) : null,
      optimiser: new AdamW(trained, settings),
    };
    this.gradients = new Map([...trained].map(([name, { length }]) => [name, new Float32Array(length)]));
  }

  static async prepare(request: TrainingRequest): Promise<TrainingRun> {
    const { options, settings, directory, provider, threads } = request;
    for (const folder of ["states", "checkpoints", "previews"]) {
      await mkdir(join(directory, folder), { recursive: true });
    }
    await removeUnfinishedFiles(join(directory, "checkpoints"));
    const leftOut: LeftOutImage[] = [];
    let isOpen = false;
    const nouns = ["picture", "pictures"] as const;
    const log = (message: string) => request.onEvent?.({ type: "log", message });
    const pictures = await TrainingPictures.open(request.pictures, (picture) => {
      leftOut.push(picture);
      if (!isOpen) return;
      const soFar = leftOut.length > 1 ? ` ${leftOut.length} are left out so far.` : "";
      log(describeLeftOut([picture], nouns) + soFar);
    });
    isOpen = true;
    if (leftOut.length > 0) log(describeLeftOut(leftOut, nouns, mostNamedAtOnce));
    const diffusion = createDiffusion({
      noiseSchedule: options.noise_schedule,
      diffusionSteps: options.diffusion_steps,
    });
    const shapes = parameterShapes(options);
    const weights = await startWeights(request, shapes);
    const hashes = await ContentHashes.open(join(directory, "hashes.json"));
    const identity = await identifyRun(request, hashes);
    await hashes.save();
    const states = await TrainingStateFolder.open(
      join(directory, "states"),
      toFingerprint(identity),
      (await exists(join(directory, "run.json"))) ? null : await fingerprintByNames(request),
    );
    const graph = await TrainingStep.create({
      options,
      diffusion,
      batchSize: settings.batchSize,
      dropoutRate: settings.dropout,
      trained: settings.trained,
      provider,
      threads,
    });
    const batches = new TrainingBatches(pictures, options, diffusion, {
      ...settings,
      dropoutRate: settings.dropout,
    });
    return new TrainingRun({ request, identity, pictures, batches, graph, shapes, weights, states });
  }

  async finish(): Promise<TrainingResult> {
    const { directory } = this.request;
    const found = await this.states
      .restore(this.state, (message) => this.emit({ type: "log", message }))
      .catch(async (error: unknown) => {
        const isOther = error instanceof SemblanceError && error.code === "conflict";
        throw isOther ? await otherRunError(directory, this.identity) : error;
      });
    const start = found.step;
    this.position = found;
    this.savedStep = start;
    if (start > 0) {
      this.emit({ type: "log", message: `Continued after step ${start} of ${this.totalSteps}.` });
      await this.announceKept(start);
    }
    try {
      if (found.isDueLeft) await this.store(start);
      const clock = new StepClock(start, this.totalSteps);
      let next = this.prefetch(start);
      for (let step = start; step < this.totalSteps; step++) {
        const batch = await next;
        next = this.prefetch(step + 1);
        await this.step(step, batch, clock);
        await this.store(step + 1);
      }
      return await this.writeFinal(Math.max(start, this.totalSteps));
    } catch (error) {
      await this.saveUnsaved();
      throw error;
    }
  }

  /** Before the run ends early: what it has learnt since its last state. */
  private async saveUnsaved(): Promise<void> {
    const { position } = this;
    if (position === null || position.step === this.savedStep) return;
    try {
      await this.saveState(position);
      this.emit({ type: "log", message: `Stopped after step ${position.step}; its state is saved.` });
    } catch (error) {
      const { message } = toSemblanceError(error);
      this.emit({
        type: "log",
        message: `The state after step ${position.step} could not be saved: ${message} The run can be continued from step ${this.savedStep}.`,
      });
    }
  }

  release(): Promise<void> {
    return this.graph.release();
  }

  /** Lets messages and signals in, which wait while the engine computes. */
  private async pause(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (this.request.signal?.aborted) throw new SemblanceError("cancelled", "The training was cancelled.");
  }

  private emit(event: TrainingEvent): void {
    this.request.onEvent?.(event);
  }

  /** Begins to read a step's pictures; they are decoded while the step before computes. */
  private prefetch(step: number) {
    if (step >= this.totalSteps) return Promise.resolve({});
    const batch = this.batches.batch(step, this.graph);
    // Whoever awaits it sees the error; until then it must not count as unhandled.
    batch.catch(() => {});
    return batch;
  }

  private async step(step: number, batch: Awaited<ReturnType<typeof this.prefetch>>, clock: StepClock) {
    await this.pause();
    const { settings } = this.request;
    const { weights, average, optimiser } = this.state;
    const loss = await this.graph.run(this.weights, batch, this.gradients);
    const gradientNorm = globalNorm(this.gradients);
    this.position = null;
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) throw divergedError(step + 1, loss);
    optimiser.step(this.gradients, clippingScale(gradientNorm, settings.gradientClipNorm));
    if (average) updateMovingAverage(average, weights, warmedUpDecay(settings.emaDecay, step));
    this.position = { step: step + 1, isDueLeft: true };
    this.emit({
      type: "loss",
      step: step + 1,
      totalSteps: this.totalSteps,
      loss,
      gradientNorm,
      learningRate: settings.learningRate,
      ...clock.tick(step + 1),
    });
  }

  /**
   * What is due after a step. The state comes last: a run killed before it repeats the step with everything that
   * was due, a run killed after it has everything, and one that is stopped in between notes that something is left.
   */
  private async store(step: number): Promise<void> {
    const { settings } = this.request;
    const isLast = step === this.totalSteps;
    if (isLast || step % settings.previewEverySteps === 0) await this.preview(step);
    for (const epoch of settings.keepEpochs) {
      if (this.batches.stepsFor(epoch) === step && !isLast)
        await this.writeModel(this.keptPath(epoch), step, "kept");
    }
    const position = { step, isDueLeft: false };
    this.position = position;
    if (isLast || step % settings.checkpointEverySteps === 0) await this.saveState(position);
  }

  private async saveState(position: TrainingPosition): Promise<void> {
    const { step } = position;
    const path = await this.states.save(position, this.state);
    // After the state: one of an earlier version beside it would no longer be known.
    if (!this.isIdentityKept) await keepIdentity(this.request.directory, this.identity);
    this.isIdentityKept = true;
    this.savedStep = step;
    this.emit({ type: "checkpoint", step, epoch: this.batches.epochsAfter(step), path, kind: "resume" });
  }

  private async preview(step: number): Promise<void> {
    const { options, settings, directory, provider, threads } = this.request;
    const weights = this.shownWeights();
    const previews = drawPreviews({
      model: {
        options,
        loadWeights: async (names) =>
          new Map(
            [...names].map((name) => [name, { shape: this.shapes.get(name)!, data: weights.get(name)! }]),
          ),
      },
      pictures: this.pictures,
      captions: settings.previewCaptions,
      seed: settings.previewSeed,
      pathOf: (number) => join(directory, "previews", `step-${String(step).padStart(9, "0")}-${number}.png`),
      pause: () => this.pause(),
      provider,
      threads,
    });
    for await (const { caption, pngPath } of previews) {
      this.emit({ type: "preview", step, caption, seed: settings.previewSeed, pngPath });
      await this.pause();
    }
  }

  /** The weights that checkpoints and previews show: the average where one is kept. */
  private shownWeights(): ReadonlyMap<string, Float32Array> {
    return new Map([...this.weights, ...(this.state.average ?? [])]);
  }

  private keptPath(epoch: number): string {
    return join(this.request.directory, "checkpoints", `epoch-${String(epoch).padStart(5, "0")}.safetensors`);
  }

  private async writeFinal(step: number): Promise<TrainingResult> {
    const path = join(this.request.directory, "checkpoints", "final.safetensors");
    await this.writeModel(path, step, "final");
    return { steps: step, epochs: this.batches.epochsAfter(step), path };
  }

  private async writeModel(path: string, step: number, kind: "kept" | "final"): Promise<void> {
    const { options, settings } = this.request;
    const epoch = this.batches.epochsAfter(step);
    const isAverage = this.state.average !== null;
    const weights = this.shownWeights();
    await writeModelCheckpoint(path, {
      options,
      shapes: this.shapes,
      weights,
      settings,
      step,
      epoch,
      isAverage,
    });
    this.emit({ type: "checkpoint", step, epoch, path, kind });
  }

  /** Tells again of the checkpoints kept before: the one who listened may have been killed with the run. */
  private async announceKept(doneSteps: number): Promise<void> {
    for (const epoch of this.request.settings.keepEpochs) {
      const step = this.batches.stepsFor(epoch);
      const path = this.keptPath(epoch);
      if (step > doneSteps || step >= this.totalSteps || !(await exists(path))) continue;
      this.emit({ type: "checkpoint", step, epoch: this.batches.epochsAfter(step), path, kind: "kept" });
    }
  }
}

function divergedError(step: number, loss: number): SemblanceError {
  return new SemblanceError("invalid_input", `The training diverged: the loss of step ${step} is ${loss}.`, {
    remedy: "Start again with a lower learning rate. Checkpoints written before are intact.",
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
