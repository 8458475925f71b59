/** What decides the result of a training run; form, command line, worker and the run itself share it. */
import { z } from "zod";
import { type TrainingOption, trainingOptions } from "./training-options";

type Types = { [Name in keyof typeof trainingOptions]: (typeof trainingOptions)[Name]["type"] };

const types = Object.fromEntries(Object.entries(trainingOptions).map(([name, { type }]) => [name, type]));

export const fineTuneSettings = z.object(types as Types);

export type FineTuneSettings = z.infer<typeof fineTuneSettings>;

/** Of a run whose model is known: everything but the size of a new one. */
export type TrainingSettings = Readonly<Omit<FineTuneSettings, "preset">>;

/**
 * The settings that decide the weights after a given number of steps, in an order that never changes: runs are recognised
 * by them. An option that came later is at the end, and only where the run does what earlier versions did not.
 */
export function settingsThatDecideWeights(
  settings: TrainingSettings & Partial<FineTuneSettings>,
): Record<string, unknown> {
  const values: Readonly<Record<string, unknown>> = settings;
  const deciding = Object.entries<TrainingOption>(trainingOptions).filter(
    ([name, { decidesWeights }]) =>
      values[name] !== undefined &&
      (typeof decidesWeights === "function" ? decidesWeights(values) : decidesWeights),
  );
  const isLater = ({ formerly }: TrainingOption) => formerly !== undefined;
  const isFormer = (value: unknown, { formerly }: TrainingOption) =>
    JSON.stringify(value) === JSON.stringify(formerly);
  return Object.fromEntries([
    ...deciding.filter(([, option]) => !isLater(option)).map(([name]) => [name, values[name]]),
    ...deciding
      .filter(([name, option]) => isLater(option) && !isFormer(values[name], option))
      .map(([name]) => [name, values[name]]),
  ]);
}
