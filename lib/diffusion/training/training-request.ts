/** What a training run is asked for, and what it returns. */
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import type { ModelOptions } from "../model/model-options";
import type { CaptionedImage } from "./captioned-image";
import type { TrainingSettings } from "./fine-tune-settings";
import type { RunRequests } from "./run-requests";
import type { TrainingEvent } from "./training-events";

export type TrainingRequest = {
  readonly options: ModelOptions;
  /** The checkpoint to start from; null starts from scratch, with weights that follow from `settings.seed`. */
  readonly startWeightsPath: string | null;
  /** Options of the checkpoint to start from, where the model shall have others; absent: `options`. */
  readonly startOptions?: ModelOptions;
  /** Of that file, where it is known and the file cannot change; absent: it is computed. */
  readonly startSha256?: string;
  /** Which set of weights, where the checkpoint holds several; absent: the default one. */
  readonly startKey?: string;
  readonly images: readonly CaptionedImage[];
  /** Those to validate on, unless the settings keep a share of `images` for that. */
  readonly validationImages?: readonly CaptionedImage[] | undefined;
  /** Images of the class, for prior preservation; absent: they are drawn before the first step. */
  readonly classImages?: readonly CaptionedImage[] | undefined;
  /** Where drawn class images are kept for every run; absent: in the run's folder. */
  readonly classImageFolder?: string | undefined;
  readonly settings: TrainingSettings;
  /** The run's own folder: states, checkpoints and previews. Calling again with the same one continues the run. */
  readonly directory: string;
  readonly provider?: ExecutionProvider;
  readonly threads?: number;
  /** Looked at between two runs of the model. */
  readonly signal?: AbortSignal;
  /** Looked at before each run of the model. */
  readonly requests?: RunRequests;
  readonly onEvent?: (event: TrainingEvent) => void;
};

export type TrainingResult = {
  readonly steps: number;
  readonly epochs: number;
  /** The finished model. */
  readonly path: string;
};
