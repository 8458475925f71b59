/** Writes the weights of a moment of training as a model that can be opened, sampled and trained further. */
import type { Shape } from "@/lib/engine/graph/tensor-type";
import type { TensorToWrite } from "@/lib/tensor-files/tensor-to-write";
import { writeSafetensors } from "@/lib/tensor-files/write-safetensors";
import type { ModelOptions } from "../model/model-options";
import { OPTIONS_METADATA_KEY } from "../model/open-model";
import type { TrainingSettings } from "./fine-tune-settings";

export type TrainedModel = {
  readonly options: ModelOptions;
  readonly shapes: ReadonlyMap<string, Shape>;
  /** Every tensor of the model, trained or not. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly settings: TrainingSettings;
  readonly step: number;
  /** Epochs done, with a fraction. */
  readonly epoch: number;
  /** Whether `weights` are the moving average instead of those of the last step. */
  readonly isAverage: boolean;
};

/**
 * A safetensors file with the reference's tensor names. Its metadata say what made it: `model_options`,
 * `training_settings` (JSON), `step`, `epoch`, and `weights`, which is "moving average" or "last step".
 *
 * @throws SemblanceError `disk_full`; an earlier file of this name is intact then.
 */
export async function writeModelCheckpoint(path: string, model: TrainedModel): Promise<void> {
  const tensors = new Map<string, TensorToWrite>();
  for (const [name, data] of model.weights) {
    tensors.set(name, {
      dtype: "float32",
      shape: model.shapes.get(name)!,
      data: data as Float32Array<ArrayBuffer>,
    });
  }
  await writeSafetensors(path, tensors, {
    [OPTIONS_METADATA_KEY]: JSON.stringify(model.options),
    training_settings: JSON.stringify(model.settings),
    step: String(model.step),
    epoch: String(model.epoch),
    weights: model.isAverage ? "moving average" : "last step",
  });
}
