/** Everything that decides what training makes of a model and its pictures. */
import type { TimestepWeighting } from "./timestep-weights";
import type { TrainedPart } from "./trained-part";

export type TrainingSettings = TimestepWeighting & {
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  /** The gradients' global norm is brought down to this. */
  readonly gradientClipNorm: number;
  /** Decay of the weights' moving average; 0 keeps none. */
  readonly emaDecay: number;
  /** Probability that a caption is replaced by the empty one. */
  readonly captionDropRate: number;
  readonly dropout: number;
  /** Area of the smallest random crop, as a part of the picture's largest square. */
  readonly cropAreaMin: number;
  readonly flip: boolean;
  readonly trained: TrainedPart;
  readonly seed: number;
  /** Steps between states that a killed run continues from. */
  readonly checkpointEverySteps: number;
  /** Epochs after which the weights are kept as a checkpoint of their own. */
  readonly keepEpochs: readonly number[];
  readonly previewCaptions: readonly string[];
  readonly previewSeed: number;
  readonly previewEverySteps: number;
};

/**
 * The settings that decide the weights after a given number of steps. The others may change when a run is continued:
 * more epochs, other previews, another rhythm of checkpoints.
 */
export function settingsThatDecideWeights(settings: TrainingSettings): Partial<TrainingSettings> {
  const {
    epochs: _epochs,
    checkpointEverySteps: _checkpointEverySteps,
    keepEpochs: _keepEpochs,
    previewCaptions: _previewCaptions,
    previewSeed: _previewSeed,
    previewEverySteps: _previewEverySteps,
    snrFloor,
    ...deciding
  } = settings;
  // Runs of versions without a floor can be continued: to them none is what they had.
  return snrFloor === 0 ? deciding : { ...deciding, snrFloor };
}
