/** Learning with everything in the processor's memory; gradients may come from any provider of ONNX Runtime. */
import type { Shape } from "@/lib/engine/graph/tensor-type";
import { AdamW } from "./adamw";
import { updateMovingAverage } from "./exponential-moving-average";
import type { TrainingSettings } from "./fine-tune-settings";
import { accumulateGradients } from "./gradient-accumulation";
import { clippingScale, globalNorm } from "./gradient-clipping";
import type { Batch, Learner, StepResult, StepUpdate } from "./learner";
import type { LossScale } from "./loss-scaling";
import type { TrainingState } from "./training-state";
import type { TrainingStep } from "./training-step";

type Arrays = ReadonlyMap<string, Float32Array>;

export class ProcessorLearner implements Learner {
  private readonly graph: TrainingStep;
  /** Every parameter of the model; those that learn are changed in place. */
  private readonly weights: Arrays;
  private readonly clipNorm: number;
  private readonly optimiser: AdamW;
  private readonly state: Omit<TrainingState, "lossScale">;
  /** Left alone, for a run that goes on in half precision elsewhere. */
  private lossScale: LossScale | null = null;
  private readonly gradients: Arrays;
  private readonly spareGradients: Arrays;

  constructor(
    graph: TrainingStep,
    weights: Arrays,
    settings: Pick<
      TrainingSettings,
      "learningRate" | "weightDecay" | "emaDecay" | "accumulationSteps" | "gradientClipNorm"
    >,
  ) {
    this.graph = graph;
    this.weights = weights;
    this.clipNorm = settings.gradientClipNorm;
    const trained = new Map([...weights].filter(([name]) => graph.trainedShapes.has(name)));
    this.optimiser = new AdamW(trained, settings);
    this.state = {
      weights: trained,
      average:
        settings.emaDecay > 0 ? new Map([...trained].map(([name, data]) => [name, data.slice()])) : null,
      firstMoments: this.optimiser.firstMoments,
      secondMoments: this.optimiser.secondMoments,
    };
    const arrays = () =>
      new Map([...trained].map(([name, { length }]) => [name, new Float32Array(length)] as const));
    this.gradients = arrays();
    this.spareGradients = settings.accumulationSteps > 1 ? arrays() : new Map();
  }

  get trainedShapes(): ReadonlyMap<string, Shape> {
    return this.graph.trainedShapes;
  }

  get dropoutMasks(): Learner["dropoutMasks"] {
    return this.graph.dropoutMasks;
  }

  get textInputNames(): Learner["textInputNames"] {
    return this.graph.textInputNames;
  }

  async step(
    batches: readonly (() => Promise<Batch>)[],
    { learningRate, averageDecay }: StepUpdate,
  ): Promise<StepResult> {
    const { graph, weights, gradients, spareGradients, state } = this;
    const losses = await accumulateGradients(graph, weights, batches, gradients, spareGradients);
    const gradientNorm = globalNorm(gradients);
    if (Number.isFinite(losses.loss) && Number.isFinite(gradientNorm)) {
      this.optimiser.step(gradients, clippingScale(gradientNorm, this.clipNorm), learningRate);
      if (state.average) updateMovingAverage(state.average, state.weights, averageDecay);
    }
    return { ...losses, gradientNorm };
  }

  async read(): Promise<TrainingState> {
    return { ...this.state, lossScale: this.lossScale };
  }

  async readShown(): Promise<Arrays> {
    return this.state.average ?? this.state.weights;
  }

  async resume({ lossScale }: TrainingState, steps: number): Promise<void> {
    this.lossScale = lossScale;
    this.optimiser.stepCount = steps - (lossScale?.leftOutSteps ?? 0);
  }

  release(): Promise<void> {
    return this.graph.release();
  }
}
