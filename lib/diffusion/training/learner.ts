/** What learns: weights, moments and average between the steps of a run, wherever they are. */
import type { Shape, TensorData } from "@/lib/engine/graph/tensor-type";
import type { DropoutMask } from "../model/model-graphs";
import type { BatchLosses } from "./batch-losses";
import type { TrainingState } from "./training-state";

export type Batch = Readonly<Record<string, TensorData>>;

export type StepUpdate = {
  readonly learningRate: number;
  /** Of the moving average; without effect where none is kept. */
  readonly averageDecay: number;
};

export type StepResult = BatchLosses & {
  readonly gradientNorm: number;
  /** In half precision, where the step changed nothing but the loss's factor: the new one. */
  readonly leftOut?: { readonly factor: number };
};

export interface Learner {
  /** The tensors that learn, in a fixed order. */
  readonly trainedShapes: ReadonlyMap<string, Shape>;
  /** The masks that each batch must hold; empty where the dropout rate is 0. */
  readonly dropoutMasks: readonly DropoutMask[];
  /** Of the text inputs, those that this model takes. */
  readonly textInputNames: readonly ("tokens" | "text_mask")[];
  /**
   * The mean gradients of batches, run one after the other, clipped, and one update by them.
   *
   * @returns the mean losses, and the norm of the gradients before clipping; where one of them is not finite, the state is
   *   lost, unless the step was left out. An error before that leaves the state as it was.
   */
  step(batches: readonly (() => Promise<Batch>)[], update: StepUpdate): Promise<StepResult>;
  /** The state after the last step; the arrays may be those that later steps change. */
  read(): Promise<TrainingState>;
  /** Of the state, the average alone, or the weights where none is kept: what previews and models show. */
  readShown(): Promise<ReadonlyMap<string, Float32Array>>;
  /** Goes on from a state after so many steps; its arrays are those that `read` gave, filled anew. */
  resume(state: TrainingState, steps: number): Promise<void>;
  release(): Promise<void>;
}
