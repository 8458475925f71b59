/** The graph of one training step: the loss of a batch, and its gradients by everything that learns. */
import { gradients } from "@/lib/engine/autodiff";
import { Graph, type Tensor } from "@/lib/engine/graph/graph";
import * as op from "@/lib/engine/ops";
import { type LoraForm, LoraGraph } from "../lora/lora-graph";
import { buildTrainingModel, type TrainingModel } from "../model/model-graphs";
import type { ModelOptions } from "../model/model-options";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { captionConsistency } from "./caption-consistency";
import { hybridLoss, noiseLoss } from "./diffusion-loss";
import { isTrained, type TrainedPart } from "./trained-part";

export type ConsistencyTerm = {
  readonly weight: number;
  readonly temperature: number;
  /** Images whose captions are compared, not above the batch size. */
  readonly imageCount: number;
};

export type TrainingGraphSettings = {
  readonly options: ModelOptions;
  readonly diffusion: GaussianDiffusion;
  readonly batchSize: number;
  readonly dropoutRate: number;
  readonly trained: TrainedPart;
  /** Given: only the adapters of these weights learn, whatever `trained` says. */
  readonly lora?: LoraForm | null;
  /** The term of captionConsistency and its weight in the loss; null or absent: none. */
  readonly consistency?: ConsistencyTerm | null;
  /** Default: true. False: the loss is the squared error of the noise alone, as what is compared with has it. */
  readonly learnsVariance?: boolean;
  /** Default: false. True takes less memory and about a third more time, see gradients. */
  readonly recomputesBlocks?: boolean;
  /** Default: false. True: the gradients are those of the loss times the input of the name `lossScaleInput`. */
  readonly scalesLoss?: boolean;
};

export type TrainingGraph = {
  /**
   * Its outputs are `loss` and, for each of `learning`, `gradientOf(name)`. With a term of consistency, `consistencyOutput` is
   * its value before weighting; `loss` has no part of it, the gradients do.
   */
  readonly graph: Graph;
  readonly model: TrainingModel;
  /** The tensors that learn, by name. */
  readonly learning: ReadonlyMap<string, Tensor>;
};

const loraNamePattern = /\.lora_[AB]\.weight$/;

/** A scalar; see TrainingGraphSettings.scalesLoss. */
export const lossScaleInput = "loss_scale";

export const consistencyOutput = "consistency loss";

export const gradientOf = (name: string) => `gradient of ${name}`;

export function buildTrainingGraph({
  options,
  diffusion,
  batchSize,
  dropoutRate,
  trained,
  lora,
  consistency = null,
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
  const { text } = model.architecture;
  const term =
    consistency && text
      ? { loss: captionConsistency(graph, text, consistency), weight: consistency.weight }
      : null;
  const learning = [...graph.parameters].filter(([name]) =>
    lora ? loraNamePattern.test(name) : isTrained(trained, name),
  );
  outputGradients(graph, loss, { learning, recomputesBlocks, scalesLoss, term });
  return { graph, model, learning: new Map(learning) };
}

/** Makes outputs of a loss, of the term that is added to it, and of the gradients of both together by what learns. */
export function outputGradients(
  graph: Graph,
  loss: Tensor,
  {
    learning,
    recomputesBlocks,
    scalesLoss,
    term = null,
  }: Required<Pick<TrainingGraphSettings, "recomputesBlocks" | "scalesLoss">> & {
    readonly term?: { readonly loss: Tensor; readonly weight: number } | null;
    readonly learning: readonly (readonly [name: string, parameter: Tensor])[];
  },
): void {
  const total = term ? graph.inFullPrecision(() => op.add(loss, op.mul(term.loss, term.weight))) : loss;
  const differentiated = scalesLoss
    ? graph.inFullPrecision(() => op.mul(total, graph.input(lossScaleInput, [])))
    : total;
  const derivatives = gradients(
    differentiated,
    learning.map(([, tensor]) => tensor),
    { recomputesBlocks },
  );
  graph.output("loss", loss);
  if (term) graph.output(consistencyOutput, term.loss);
  for (const [index, [name]] of learning.entries()) graph.output(gradientOf(name), derivatives[index]!);
}
