/** What a run was estimated to need before it began: what a trial of its first steps measured, where and when. No database here. */
import { z } from "zod";
import { type FineTuneSettings, fineTuneSettings } from "@/lib/diffusion/training/fine-tune-settings";
import { type TrainingOption, trainingOptions } from "@/lib/diffusion/training/training-options";
import { trialMeasures } from "@/lib/diffusion/training/trial-measures";
import { startFineTuneInput } from "./fine-tune-fields";

export const runEstimate = z.object({
  measures: trialMeasures,
  /** Of the worker's machine. */
  hostname: z.string(),
  /** Where it computed: cpu, cuda or webgpu. */
  provider: z.string(),
  measuredAt: z.iso.datetime(),
});

export type RunEstimate = z.infer<typeof runEstimate>;

/** What of a run a trial depends on. */
export const trialledRun = startFineTuneInput
  .pick({ part: true, datasetId: true, startCheckpointId: true })
  .extend({ settings: fineTuneSettings });

export type TrialledRun = z.output<typeof trialledRun>;

/** Runs of equal keys take the same time for each of their parts, and the same memory. */
export function trialKey({ part, datasetId, startCheckpointId, settings }: TrialledRun): string {
  const options = Object.entries<TrainingOption>(trainingOptions);
  const deciding = options.flatMap(([name, { keepsTrial }]) => {
    const value = settings[name as keyof FineTuneSettings];
    if (keepsTrial || (name === "preset" && startCheckpointId !== null)) return [];
    // How often a run is validated is counted; whether it is at all decides what the trial does.
    return [[name, name === "validationEverySteps" ? value !== 0 : value]];
  });
  return JSON.stringify({ part, datasetId, startCheckpointId, settings: Object.fromEntries(deciding) });
}
