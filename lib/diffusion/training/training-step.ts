/** One training step's forward and backward pass as a graph that is run over and over. */
import { gradients } from "@/lib/engine/autodiff";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { Graph } from "@/lib/engine/graph/graph";
import { elementCount, type Shape, type TensorData } from "@/lib/engine/graph/tensor-type";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import { type LoraForm, LoraGraph } from "../lora/lora-graph";
import { buildTrainingModel, type DropoutMask, type TrainingModel } from "../model/model-graphs";
import type { ModelOptions } from "../model/model-options";
import type { GaussianDiffusion } from "../process/gaussian-diffusion";
import { hybridLoss, noiseLoss } from "./diffusion-loss";
import { isTrained, type TrainedPart } from "./trained-part";

export type TrainingStepSettings = {
  readonly options: ModelOptions;
  readonly diffusion: GaussianDiffusion;
  readonly batchSize: number;
  readonly dropoutRate: number;
  readonly trained: TrainedPart;
  /** Given: only the adapters of these weights learn, whatever `trained` says. */
  readonly lora?: LoraForm | null;
  /** Default: true. False: the loss is the squared error of the noise alone, as what is compared with has it. */
  readonly learnsVariance?: boolean;
  readonly provider?: ExecutionProvider;
  readonly threads?: number;
};

/**
 * From so many parameters on, the memory of the activations goes back to the system between the passes: the binding
 * copies every gradient after a run, and the copies of a large model would come on top.
 */
const largeParameterCount = 1e8;

const loraNamePattern = /\.lora_[AB]\.weight$/;

const gradientOf = (name: string) => `gradient of ${name}`;

export class TrainingStep {
  /** The tensors that learn, in a fixed order. */
  readonly trainedShapes: ReadonlyMap<string, Shape>;
  /** The masks that each run must be fed; empty where the dropout rate is 0. */
  readonly dropoutMasks: readonly DropoutMask[];
  /** Of the text inputs, those that this model takes. */
  readonly textInputNames: readonly ("tokens" | "text_mask")[];
  private readonly session: Session;

  private constructor(
    session: Session,
    trainedShapes: ReadonlyMap<string, Shape>,
    model: Pick<TrainingModel, "dropoutMasks" | "textInputNames">,
  ) {
    this.session = session;
    this.trainedShapes = trainedShapes;
    this.dropoutMasks = model.dropoutMasks;
    this.textInputNames = model.textInputNames;
  }

  /** Builds the graph and prepares it; takes seconds for a full-size model. */
  static async create(settings: TrainingStepSettings): Promise<TrainingStep> {
    const { options, diffusion, batchSize, dropoutRate, trained, lora, learnsVariance = true } = settings;
    const graph = lora ? new LoraGraph("training", lora) : new Graph("training");
    const model = buildTrainingModel(options, { batchSize, dropoutRate, graph });
    const loss = learnsVariance ? hybridLoss(model.output, diffusion).loss : noiseLoss(model.output);
    const learning = [...graph.parameters].filter(([name]) =>
      lora ? loraNamePattern.test(name) : isTrained(trained, name),
    );
    const derivatives = gradients(
      loss,
      learning.map(([, tensor]) => tensor),
    );
    graph.output("loss", loss);
    for (const [index, [name]] of learning.entries()) graph.output(gradientOf(name), derivatives[index]!);
    const parameters = learning.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0);
    const session = await createSession(graph, {
      provider: settings.provider,
      threads: settings.threads,
      keepsMemory: parameters < largeParameterCount,
    });
    return new TrainingStep(session, new Map(learning.map(([name, { shape }]) => [name, shape])), model);
  }

  /**
   * The loss of a batch, with its gradients written into `into`.
   *
   * @param weights every parameter of the model, by name.
   * @param batch every other input of the graph, see buildTrainingModel and LossFeeds.
   * @param into one array per tensor of `trainedShapes`.
   */
  async run(
    weights: ReadonlyMap<string, Float32Array>,
    batch: Readonly<Record<string, TensorData>>,
    into: ReadonlyMap<string, Float32Array>,
  ): Promise<number> {
    const targets = Object.fromEntries([...into].map(([name, data]) => [gradientOf(name), data]));
    const { loss } = await this.session.run({ ...batch, ...Object.fromEntries(weights) }, targets);
    return Number(loss![0]);
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
