/** The graph of one training step: the loss of a batch, and its gradients by everything that learns. */
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { type LoraForm, LoraGraph } from "../lora/lora-graph";
import { buildTrainingModel, type TrainingModel } from "../model/model-graphs";
import type { ModelOptions } from "../model/model-options";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { hybridLoss, noiseLoss } from "./diffusion-loss";
import { isTrained, type TrainedPart } from "./trained-part";

export type TrainingGraphSettings = {
  readonly options: ModelOptions;
  readonly diffusion: GaussianDiffusion;
  readonly batchSize: number;
  readonly dropoutRate: number;
  readonly trained: TrainedPart;
  /** Given: only the adapters of these weights learn, whatever `trained` says. */
  readonly lora?: LoraForm | null;
  /** Default: true. False: the loss is the squared error of the noise alone, as what is compared with has it. */
  readonly learnsVariance?: boolean;
  /** Default: false. True takes less memory and about a third more time, see gradients. */
  readonly recomputesBlocks?: boolean;
  /** Default: false. True: the gradients are those of the loss times the input of the name `lossScaleInput`. */
  readonly scalesLoss?: boolean;
};

export type TrainingGraph = {
  /** Its outputs are `loss` and `gradientOf(name)` for each of `learning`. */
  readonly graph: Graph;
  readonly model: TrainingModel;
  /** The tensors that learn, by name. */
  readonly learning: ReadonlyMap<string, Tensor>;
};

const loraNamePattern = /\.lora_[AB]\.weight$/;

/** A scalar; see TrainingGraphSettings.scalesLoss. */
export const lossScaleInput = "loss_scale";

export const gradientOf = (name: string) => `gradient of ${name}`;

export function buildTrainingGraph({
  options,
  diffusion,
  batchSize,
  dropoutRate,
  trained,
  lora,
  learnsVariance = true,
  recomputesBlocks = false,
  scalesLoss = false,
}: TrainingGraphSettings): TrainingGraph {
  const graph = lora ? new LoraGraph("training", lora) : new Graph("training");
  const model = buildTrainingModel(options, { batchSize, dropoutRate, graph });
  // The bound's exponentials leave the range of halves.
  const loss = graph.inFullPrecision(() =>
    learnsVariance ? hybridLoss(model.output, diffusion).loss : noiseLoss(model.output),
  );
  const learning = [...graph.parameters].filter(([name]) =>
    lora ? loraNamePattern.test(name) : isTrained(trained, name),
  );
  outputGradients(graph, loss, { learning, recomputesBlocks, scalesLoss });
  return { graph, model, learning: new Map(learning) };
}

/** Makes outputs of a loss and of its gradients by what learns. */
export function outputGradients(
  graph: Graph,
  loss: Tensor,
  {
    learning,
    recomputesBlocks,
    scalesLoss,
  }: Required<Pick<TrainingGraphSettings, "recomputesBlocks" | "scalesLoss">> & {
    readonly learning: readonly (readonly [name: string, parameter: Tensor])[];
  },
): void {
  const differentiated = scalesLoss
    ? graph.inFullPrecision(() => op.mul(loss, graph.input(lossScaleInput, [])))
    : loss;
  const derivatives = gradients(
    differentiated,
    learning.map(([, tensor]) => tensor),
    { recomputesBlocks },
  );
  graph.output("loss", loss);
  for (const [index, [name]] of learning.entries()) graph.output(gradientOf(name), derivatives[index]!);
}
