/** The engine task that tries the first steps of a run. */
import { openRequest, type TrainInput } from "@/jobs/fine-tune/engine";
import { type TrialEvent, tryTraining } from "@/lib/diffusion/training/training-trial";
import type { TrialMeasures } from "@/lib/diffusion/training/trial-measures";

/** The folder is for this trial alone. */
export type TrialInput = TrainInput;

/** @throws SemblanceError as tryTraining and openRequest */
export async function run(
  input: TrialInput,
  emit: (event: TrialEvent) => void,
  signal: AbortSignal,
): Promise<TrialMeasures> {
  const { request, notes, refusal } = await openRequest(input);
  const { classImageFolder: _, ...trial } = request;
  const measures = await tryTraining({ ...trial, signal, onEvent: emit });
  return { ...measures, notes: [...notes, ...refusal, ...measures.notes] };
}
