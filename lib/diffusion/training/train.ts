/** The training loop: from a model and captioned images to checkpoints, resumable at every moment. */
import { isWebgpu } from "@/lib/engine/graph/execution-provider";
import { readCardUse } from "@/lib/engine/runtime/card-use";
import { isCardError } from "@/lib/engine/webgpu/card-failure";
import { SemblanceError, toSemblanceError } from "@/lib/errors";
import { pauseFor } from "./cancellation";
import { warmedUpDecay } from "./exponential-moving-average";
import type { Batch } from "./learner";
import { learningRateAt } from "./learning-rate";
import { type OpenRun, openRun } from "./open-run";
import { ResourceMeter } from "./resource-meter";
import { keepIdentity, otherRunError } from "./run-identity";
import { RunOutputs } from "./run-outputs";
import { StepClock } from "./step-clock";
import type { TrainingEvent } from "./training-events";
import type { TrainingRequest, TrainingResult } from "./training-request";
import type { TrainingPosition } from "./training-state";
import { UpcomingBatches } from "./upcoming-batches";

/**
 * Trains to the last epoch. What has been done in `directory` before is resumed: killed at any moment and called
 * again, a run ends with the same weights, bit for bit, as one that was left alone (on the same machine with the same
 * number of threads). A run that is cancelled, or that an error ends, stores the state of its last step first. What is
 * on a graphics card is lost with it: a run goes on from its last stored state then, if its settings say so.
 *
 * @throws SemblanceError `cancelled`; `conflict` where the folder holds another run; `invalid_input` where the loss
 *   is no longer finite, with the last states and checkpoints intact; `disk_full`; and what opening the images and
 *   the start's weights throws.
 */
export async function train(request: TrainingRequest): Promise<TrainingResult> {
  checkPrecision(request);
  try {
    return await trainOn(request);
  } catch (error) {
    if (!isCardError(error) || request.settings.whenCardFails === "stop") throw error;
    request.onEvent?.({
      type: "log",
      level: "warning",
      message: `${error.message} The run continues on the processor.`,
    });
    return trainOn({ ...request, provider: "cpu" });
  }
}

/**
 * Half precision is for WebGPU. Elsewhere a run that may leave its card goes on in float32, and says so.
 *
 * @throws SemblanceError `invalid_input` for a run that may not
 */
export function checkPrecision({ settings, provider = "cpu", onEvent }: TrainingRequest): void {
  if (settings.precision !== "half" || isWebgpu(provider)) return;
  const reason = `Half precision needs a graphics card with WebGPU, and this run computes on ${provider === "cuda" ? "CUDA" : "the processor"}`;
  if (settings.whenCardFails === "processor") {
    onEvent?.({ type: "log", level: "warning", message: `${reason}: it computes in float32.` });
    return;
  }
  throw new SemblanceError("invalid_input", `${reason}.`, {
    remedy:
      "Choose float32 as precision, or start the worker with SEMBLANCE_PROVIDER=webgpu on a machine with a card.",
  });
}

async function trainOn(request: TrainingRequest): Promise<TrainingResult> {
  const run = await openRun(request);
  try {
    return await new TrainingRun(run).finish();
  } finally {
    await run.learner.release();
  }
}

class TrainingRun {
  private readonly run: OpenRun;
  /** From the first step on. */
  private upcoming: UpcomingBatches | null = null;
  private readonly outputs: RunOutputs;
  /** What the learner holds; null while a step changes it, and once it is not worth keeping. */
  private position: TrainingPosition | null = { step: 0, isDueLeft: false };
  private savedStep = 0;
  /** From the first step on. */
  private meter: ResourceMeter | null = null;
  private isIdentityKept = false;

  constructor(run: OpenRun) {
    this.run = run;
    this.outputs = new RunOutputs(run, () => this.pause());
  }

  async finish(): Promise<TrainingResult> {
    const { request, identity, batches, states, learner, totalSteps } = this.run;
    const found = await states
      .restore(
        () => learner.read(),
        (message) => this.emit({ type: "log", level: "warning", message }),
      )
      .catch(async (error: unknown) => {
        const isOther = error instanceof SemblanceError && error.code === "conflict";
        throw isOther ? await otherRunError(request.directory, identity) : error;
      });
    const start = found.step;
    if (found.state) await learner.resume(found.state, start);
    this.position = found;
    this.savedStep = start;
    if (start > 0) {
      this.emit({ type: "log", message: `Continued after step ${start} of ${totalSteps}.` });
      await this.outputs.announceKept(start);
    }
    try {
      if (found.isDueLeft) await this.store(start);
      else if (start === 0) await this.outputs.validate(0);
      const clock = new StepClock(start, totalSteps);
      const { batchSize, accumulationSteps } = request.settings;
      this.meter = new ResourceMeter({
        step: start,
        imagesPerStep: batchSize * accumulationSteps,
        readCard: (request.provider ?? "cpu") === "cpu" ? null : readCardUse,
      });
      this.upcoming = new UpcomingBatches(batches, learner, {
        first: start * accumulationSteps,
        runCount: totalSteps * accumulationSteps,
      });
      for (let step = start; step < totalSteps; step++) {
        await this.step(step, clock);
        await this.store(step + 1);
      }
      const steps = Math.max(start, totalSteps);
      const path = await this.outputs.writeFinal(steps);
      await this.outputs.announceBest();
      return { steps, epochs: batches.epochsAfter(steps), path };
    } catch (error) {
      await this.saveUnsaved();
      await this.outputs.announceBest();
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
        level: "error",
        message: `The state after step ${position.step} could not be saved: ${message} The run can be resumed from step ${this.savedStep}.`,
      });
    }
  }

  /** Lets messages and signals in, which wait while the engine computes. */
  private async pause(): Promise<void> {
    await pauseFor(this.run.request.signal);
  }

  private emit(event: TrainingEvent): void {
    this.run.request.onEvent?.(event);
  }

  /** The batches of a step, in their order. */
  private batchesOfStep(): (() => Promise<Batch>)[] {
    const { accumulationSteps: count } = this.run.request.settings;
    return Array.from({ length: count }, (_, part) => async () => {
      if (part > 0) await this.pause();
      await this.answer();
      return this.upcoming!.take();
    });
  }

  private async step(step: number, clock: StepClock) {
    await this.pause();
    const { request, learner, totalSteps } = this.run;
    const { settings } = request;
    const learningRate = learningRateAt(settings, step, totalSteps);
    const { loss, consistencyLoss, gradientNorm, leftOut } = await learner.step(this.batchesOfStep(), {
      learningRate,
      averageDecay: warmedUpDecay(settings.emaDecay, step),
    });
    if (leftOut) {
      this.position = { step: step + 1, isDueLeft: true };
      this.emit({
        type: "log",
        level: "warning",
        message: `Step ${step + 1} changed no weight: its gradients were too large for half precision. From now on, they are scaled by ${leftOut.factor}.`,
      });
      return;
    }
    if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
      this.position = null;
      throw divergedError(step + 1, loss);
    }
    this.position = { step: step + 1, isDueLeft: true };
    this.emit({
      type: "loss",
      step: step + 1,
      totalSteps,
      loss,
      ...(consistencyLoss !== null && { consistencyLoss }),
      gradientNorm,
      learningRate,
      ...clock.tick(step + 1),
    });
    const used = this.meter?.tick(step + 1);
    if (used) this.emit(used);
  }

  /**
   * What is due after a step. The state comes last: a run killed before it repeats the step with everything that
   * was due, a run killed after it has everything, and one that is stopped in between notes that something is left.
   */
  private async store(step: number): Promise<void> {
    const { request, totalSteps } = this.run;
    await this.outputs.makeDue(step);
    const position = { step, isDueLeft: false };
    this.position = position;
    const isLast = step === totalSteps;
    if (isLast || step % request.settings.checkpointEverySteps === 0) await this.saveState(position);
  }

  /** Does what people ask for with the weights of the last step; before the first one there is nothing to show. */
  private async answer(): Promise<void> {
    const { position } = this;
    if (position === null || position.step === 0) return;
    await this.outputs.answer(position.step, async () => {
      if (position.step !== this.savedStep) await this.saveState(position);
    });
  }

  private async saveState(position: TrainingPosition): Promise<void> {
    const { step } = position;
    const { request, identity, batches, states, learner, shapes } = this.run;
    const path = await states.save(position, await learner.read(), shapes);
    // After the state: one of an earlier version beside it would no longer be known.
    if (!this.isIdentityKept) await keepIdentity(request.directory, identity);
    this.isIdentityKept = true;
    this.savedStep = step;
    this.emit({ type: "checkpoint", step, epoch: batches.epochsAfter(step), path, kind: "resume" });
  }
}

/** Of a run whose loss, after so many steps, is no number any more. */
export function divergedError(step: number, loss: number): SemblanceError {
  return new SemblanceError("invalid_input", `Training diverged: the loss at step ${step} is ${loss}.`, {
    remedy: "Start again with a lower learning rate. Earlier checkpoints are intact.",
  });
}
