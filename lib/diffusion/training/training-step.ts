/** One training step's forward and backward pass as a graph that is run over and over. */
import { type ExecutionProvider, isWebgpu } from "@/lib/engine/graph/execution-provider";
import type { Shape, TensorData } from "@/lib/engine/graph/tensor-type";
import { PiecewiseSession } from "@/lib/engine/runtime/piecewise-session";
import { createSession, type Session } from "@/lib/engine/runtime/session";
import type { DropoutMask, TrainingModel } from "../model/model-graphs";
import type { BatchLosses } from "./batch-losses";
import { hasPairs } from "./caption-pairs";
import {
  buildTrainingGraph,
  consistencyOutput,
  gradientOf,
  type TrainingGraphSettings,
} from "./training-graph";
import { keepsActivationMemory } from "./training-memory";

export type TrainingStepSettings = TrainingGraphSettings & {
  readonly provider?: ExecutionProvider;
  readonly threads?: number;
};

/**
 * Into how many pieces a step that recomputes is cut. Of the full base on a processor, twelve leave 0.8 GB besides what
 * a run keeps in any case; more cost more copies and save little.
 */
const pieceCount = 12;

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
  static async create({ provider, threads, ...settings }: TrainingStepSettings): Promise<TrainingStep> {
    const { graph, model, learning } = buildTrainingGraph(settings);
    const shapes = new Map([...learning].map(([name, { shape }]) => [name, shape]));
    // On WebGPU nodes run in the graph's order, and nothing is merged.
    const session =
      settings.recomputesBlocks && !isWebgpu(provider ?? "cpu")
        ? await PiecewiseSession.create(graph, { provider, threads, pieceCount })
        : await createSession(graph, {
            provider,
            threads,
            keepsMemory: keepsActivationMemory(shapes.values()),
          });
    return new TrainingStep(session, shapes, model);
  }

  /**
   * The losses of a batch, with the gradients written into `into`.
   *
   * @param weights every parameter of the model, by name.
   * @param batch every other input of the graph, see buildTrainingModel, LossFeeds and pairFeeds.
   * @param into one array per tensor of `trainedShapes`.
   */
  async run(
    weights: ReadonlyMap<string, Float32Array>,
    batch: Readonly<Record<string, TensorData>>,
    into: ReadonlyMap<string, Float32Array>,
  ): Promise<BatchLosses> {
    const targets = Object.fromEntries([...into].map(([name, data]) => [gradientOf(name), data]));
    const outputs = await this.session.run({ ...batch, ...Object.fromEntries(weights) }, targets);
    return {
      loss: Number(outputs.loss![0]),
      consistencyLoss: hasPairs(batch) ? Number(outputs[consistencyOutput]![0]) : null,
    };
  }

  release(): Promise<void> {
    return this.session.release();
  }
}
