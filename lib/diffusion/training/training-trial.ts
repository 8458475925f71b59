/** A short trial of a run: a few of its real steps, and once each what it does beside them, to tell how long all of it takes. */
import { totalmem } from "node:os";
import { type CardUse, readCardUse } from "@/lib/engine/runtime/card-use";
import { pauseFor } from "./cancellation";
import { CopyCheck } from "./copy-check";
import { warmedUpDecay } from "./exponential-moving-average";
import { extrapolate, Laps } from "./laps";
import { learningRateAt } from "./learning-rate";
import { type OpenRun, openRun } from "./open-run";
import { peakMemoryBytes } from "./peak-memory";
import { RunOutputs } from "./run-outputs";
import { checkPrecision, divergedError } from "./train";
import type { TrainingEvent } from "./training-events";
import type { TrainingRequest } from "./training-request";
import type { TrialMeasures } from "./trial-measures";
import { UpcomingBatches } from "./upcoming-batches";
import { chooseImages } from "./validation-images";

/** Steps that are measured after the first: at least three, more of them where they are fast. */
const fewestSteps = 3;
const mostSteps = 20;
const enoughSeconds = 20;

/** Of a validation and of the previews, so much is done; the rest takes as long for each image and caption. */
const trialled = { validationImages: 4, previewCaptions: 1, classImages: 1, comparedImages: 16 };

type TrialPhase = "opening" | "steps" | "validation" | "previews" | "writing";

export type TrialEvent = {
  readonly phase: TrialPhase;
  /** Steps measured so far, in the phase of steps. */
  readonly steps: number;
};

type TrialRequest = Omit<TrainingRequest, "requests" | "onEvent" | "classImageFolder"> & {
  readonly onEvent?: (event: TrialEvent) => void;
};

/**
 * Runs the first steps of a run with exactly its settings, in a folder that nobody needs afterwards.
 *
 * @param request.directory empty at first; the caller removes it
 * @throws SemblanceError as `train`, whatever the run itself would end with in its first steps
 */
export async function tryTraining({ onEvent, ...request }: TrialRequest): Promise<TrialMeasures> {
  const availableBytes = process.availableMemory();
  const { settings, signal, provider = "cpu" } = request;
  const tell = (phase: TrialPhase, steps = 0) => onEvent?.({ phase, steps });
  const notes: string[] = [];
  let classLaps: Laps | null = null;
  const listen = (event: TrainingEvent) => {
    if (event.type === "log") notes.push(event.message);
    if (event.type !== "class-images") return;
    if (event.done > 0) classLaps?.tick();
    else classLaps = new Laps();
  };
  const heldOut = chooseImages(request.images, request.validationImages, settings).heldOut.length;
  tell("opening");
  const opening = new Laps();
  const trial = { ...request, settings: shorten(settings), onEvent: listen };
  checkPrecision(trial);
  const run = await openRun(trial);
  try {
    opening.tick();
    const drawn: readonly number[] = (classLaps as Laps | null)?.seconds ?? [];
    const openingSeconds = opening.seconds[0]! - sum(drawn);
    const [firstStepSeconds, ...stepSeconds] = await measureSteps(run, (steps) => tell("steps", steps));
    const step = 1 + stepSeconds.length;
    const stepPeakBytes = peakMemoryBytes();
    const card = provider === "cpu" ? null : toCardMemory(await readCardUse());
    if (run.validation) tell("validation");
    const validation = await lapsOf(run, (outputs) => outputs.validate(step));
    if (settings.previewCaptions.length > 0) tell("previews");
    const compared = await openCopyCheck(run);
    const previews = await lapsOf(run, (outputs) => outputs.preview(step), compared.check);
    tell("writing");
    const writing = new Laps();
    await run.states.save({ step, isDueLeft: false }, await run.learner.read(), run.shapes);
    writing.tick();
    await new RunOutputs(run, () => pauseFor(signal)).writeFinal(step);
    writing.tick();
    const [stateSeconds, modelSeconds] = writing.seconds;
    return {
      imageCount: run.images.count,
      openingSeconds: Math.max(0, openingSeconds) + compared.seconds,
      firstStepSeconds: firstStepSeconds!,
      stepSeconds,
      validationSeconds: run.validation && extrapolate(validation, 2 * heldOut),
      previewSeconds:
        previews.length === 0
          ? null
          : extrapolate(previews, previews.length * settings.previewCaptions.length),
      stateSeconds: stateSeconds!,
      modelSeconds: modelSeconds!,
      classImageSeconds: drawn.length === 0 ? null : extrapolate(drawn, settings.classImageCount),
      memory: {
        stepPeakBytes,
        peakBytes: peakMemoryBytes(),
        availableBytes,
        totalBytes: machineBytes(),
        card,
      },
      notes,
    };
  } finally {
    await run.learner.release();
  }
}

function shorten(settings: TrialRequest["settings"]): TrialRequest["settings"] {
  const { validationImages, previewCaptions, classImageCount } = settings;
  return {
    ...settings,
    validationImages: Math.min(validationImages, trialled.validationImages),
    previewCaptions: previewCaptions.slice(0, trialled.previewCaptions),
    classImageCount: Math.min(classImageCount, trialled.classImages),
    keepBest: false,
  };
}

/** Seconds of each step; a run may have fewer than are measured, its steps then go on. */
async function measureSteps(run: OpenRun, tell: (steps: number) => void): Promise<number[]> {
  const { request, batches, learner, totalSteps } = run;
  const { settings, signal } = request;
  const { accumulationSteps } = settings;
  const upcoming = new UpcomingBatches(batches, learner, {
    first: 0,
    runCount: (1 + mostSteps) * accumulationSteps,
  });
  const laps = new Laps();
  const take = async () => {
    await pauseFor(signal);
    return upcoming.take();
  };
  for (let step = 0; step <= mostSteps; step++) {
    const { loss, gradientNorm, leftOut } = await learner.step(
      Array.from({ length: accumulationSteps }, () => take),
      {
        learningRate: learningRateAt(settings, Math.min(step, totalSteps - 1), totalSteps),
        averageDecay: warmedUpDecay(settings.emaDecay, step),
      },
    );
    if (!leftOut && !(Number.isFinite(loss) && Number.isFinite(gradientNorm)))
      throw divergedError(step + 1, loss);
    laps.tick();
    tell(step);
    if (step >= fewestSteps && sum(laps.seconds.slice(1)) >= enoughSeconds) break;
  }
  return laps.seconds;
}

/** With some of the images, and how long reading all of them takes, which a run does once. */
async function openCopyCheck(run: OpenRun): Promise<{ check: CopyCheck | null; seconds: number }> {
  const { request, images } = run;
  if (request.options.super_res || request.settings.previewCaptions.length === 0)
    return { check: null, seconds: 0 };
  const laps = new Laps();
  const pause = async () => {
    laps.tick();
    await pauseFor(request.signal);
  };
  const check = await CopyCheck.open(images, request.settings, { pause, most: trialled.comparedImages });
  return { check, seconds: extrapolate(laps.seconds, images.count) };
}

/** Times between the pauses of one output: one for each image, or for each step of a sampler. */
async function lapsOf(
  run: OpenRun,
  make: (outputs: RunOutputs) => Promise<void>,
  copyCheck: CopyCheck | null = null,
): Promise<readonly number[]> {
  const laps = new Laps();
  const pause = async () => {
    laps.tick();
    await pauseFor(run.request.signal);
  };
  await make(new RunOutputs(run, pause, copyCheck));
  return laps.seconds;
}

/** What a container may have, where that is less than the machine has. */
function machineBytes(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

function toCardMemory(use: CardUse | null): TrialMeasures["memory"]["card"] {
  return use && { usedBytes: use.memoryBytes, totalBytes: use.totalMemoryBytes };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, each) => total + each, 0);
}
