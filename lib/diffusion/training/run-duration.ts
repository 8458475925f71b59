/** How long a run takes in all, from what a trial has measured of its parts. No engine here: pages compute it, too. */
import type { TrainingSettings } from "./fine-tune-settings";
import type { TrialMeasures } from "./trial-measures";

/** Settings that say how often something is done; the trial holds for all their values. */
export type RunSchedule = Pick<
  TrainingSettings,
  | "epochs"
  | "batchSize"
  | "accumulationSteps"
  | "previewEverySteps"
  | "validationEverySteps"
  | "checkpointEverySteps"
  | "keepEpochs"
  | "keepBest"
>;

type DurationPart = "opening" | "classImages" | "steps" | "validation" | "previews" | "writing";

/** What a part is called; `count` writes how often it is done before a noun. */
export const durationPartWords: Record<
  DurationPart,
  (count: (one: string, many: string) => string) => string
> = {
  opening: () => "reading images and weights",
  classImages: () => "drawing class images",
  steps: (count) => count("step", "steps"),
  validation: (count) => count("validation", "validations"),
  previews: (count) => `previews, ${count("time", "times")}`,
  writing: (count) => `saving, ${count("file", "files")}`,
};

type RunDuration = {
  readonly totalSteps: number;
  readonly seconds: number;
  /** If every step took as long as the fastest and the slowest of the trial. */
  readonly lowSeconds: number;
  readonly highSeconds: number;
  readonly parts: readonly {
    readonly part: DurationPart;
    /** How often it is done. */
    readonly count: number;
    readonly seconds: number;
  }[];
};

/** What is not done is not among the parts. Each validation is counted as one whose model is the best so far. */
export function runDuration(measures: TrialMeasures, schedule: RunSchedule): RunDuration {
  const { stepSeconds, firstStepSeconds, validationSeconds, previewSeconds } = measures;
  const totalSteps = Math.max(
    1,
    Math.ceil((schedule.epochs * measures.imageCount) / (schedule.batchSize * schedule.accumulationSteps)),
  );
  /** After every so many steps, and after the last one. */
  const timesEvery = (steps: number) => Math.floor((totalSteps - 1) / steps) + 1;
  // The model is also validated before its first step.
  const validations =
    validationSeconds === null || schedule.validationEverySteps === 0
      ? 0
      : 1 + timesEvery(schedule.validationEverySteps);
  const previews = previewSeconds === null ? 0 : timesEvery(schedule.previewEverySteps);
  const states = timesEvery(schedule.checkpointEverySteps);
  const kept = schedule.keepEpochs.filter((epoch) => epoch < schedule.epochs).length;
  const best = schedule.keepBest ? Math.max(0, validations - 1) : 0;
  const models = kept + 1 + best;
  const laterSteps = (seconds: number) => firstStepSeconds + (totalSteps - 1) * seconds;
  const mean = meanStepSeconds(measures);
  const parts = [
    { part: "opening", count: 1, seconds: measures.openingSeconds },
    {
      part: "classImages",
      count: measures.classImageSeconds === null ? 0 : 1,
      seconds: measures.classImageSeconds ?? 0,
    },
    { part: "steps", count: totalSteps, seconds: laterSteps(mean) },
    { part: "validation", count: validations, seconds: validations * (validationSeconds ?? 0) },
    { part: "previews", count: previews, seconds: previews * (previewSeconds ?? 0) },
    {
      part: "writing",
      count: states + models,
      seconds: states * measures.stateSeconds + models * measures.modelSeconds,
    },
  ] as const;
  const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
  const besides = seconds - laterSteps(mean);
  return {
    totalSteps,
    seconds,
    lowSeconds: besides + laterSteps(Math.min(...stepSeconds)),
    highSeconds: besides + laterSteps(Math.max(...stepSeconds)),
    parts: parts.filter(({ count }) => count > 0),
  };
}

export function meanStepSeconds({ stepSeconds }: TrialMeasures): number {
  return stepSeconds.reduce((sum, each) => sum + each, 0) / stepSeconds.length;
}

/**
 * Whether the memory that a trial needed was free when it began. `tight`: less than a tenth of it would be left for other
 * programs.
 */
export function memoryVerdict({ memory }: Pick<TrialMeasures, "memory">): "fits" | "tight" | "exceeds" {
  const { peakBytes, availableBytes, card } = memory;
  const needs = [
    { needed: peakBytes, there: availableBytes },
    ...(card?.totalBytes ? [{ needed: card.usedBytes, there: card.totalBytes }] : []),
  ];
  if (needs.some(({ needed, there }) => needed > there)) return "exceeds";
  return needs.some(({ needed, there }) => needed > 0.9 * there) ? "tight" : "fits";
}
