/** Learning on a graphics card: a step takes its batches there, and brings two numbers back. */
import type { Shape } from "@/lib/engine/graph/tensor-type";
import type { WeightSource } from "@/lib/engine/graph/weights";
import type { CardTraining } from "@/lib/engine/webgpu/card-training";
import { adamWCoefficients } from "./adamw";
import type { TrainingSettings } from "./fine-tune-settings";
import type { Batch, Learner, StepUpdate } from "./learner";
import {
  buildTrainingGraph,
  gradientOf,
  type TrainingGraph,
  type TrainingGraphSettings,
} from "./training-graph";
import type { TrainingState } from "./training-state";

type Settings = Pick<TrainingSettings, "weightDecay" | "emaDecay" | "accumulationSteps" | "gradientClipNorm">;

export class CardLearner implements Learner {
  readonly trainedShapes: ReadonlyMap<string, Shape>;
  readonly dropoutMasks: Learner["dropoutMasks"];
  readonly textInputNames: Learner["textInputNames"];
  private readonly card: CardTraining;
  private readonly settings: Settings;
  private stepCount = 0;

  private constructor(card: CardTraining, { model, learning }: TrainingGraph, settings: Settings) {
    this.card = card;
    this.settings = settings;
    this.trainedShapes = new Map([...learning].map(([name, { shape }]) => [name, shape]));
    this.dropoutMasks = model.dropoutMasks;
    this.textInputNames = model.textInputNames;
  }

  /** @param weights every parameter of the model before the first step. adapter: see openCard */
  static async create(
    graphSettings: TrainingGraphSettings,
    weights: WeightSource,
    { adapter = null, ...settings }: Settings & { readonly adapter?: string | null },
  ): Promise<CardLearner> {
    const built = buildTrainingGraph(graphSettings);
    const { createCardTraining } = await import("@/lib/engine/webgpu/card-training");
    const card = await createCardTraining({
      graph: built.graph,
      weights,
      gradientNames: new Map([...built.learning.keys()].map((name) => [name, gradientOf(name)])),
      keepsAverage: settings.emaDecay > 0,
      accumulates: settings.accumulationSteps > 1,
      adapter,
    });
    return new CardLearner(card, built, settings);
  }

  /** See CardTraining. */
  get figures(): CardTraining["figures"] {
    return this.card.figures;
  }

  async step(
    batches: readonly (() => Promise<Batch>)[],
    { learningRate, averageDecay }: StepUpdate,
  ): Promise<{ loss: number; gradientNorm: number }> {
    const losses: number[] = [];
    for (const batch of batches) losses.push(await this.card.addBatch(await batch()));
    this.stepCount += 1;
    const { weightDecay, emaDecay, gradientClipNorm } = this.settings;
    const gradientNorm = await this.card.update({
      scale: 1 / batches.length,
      maxNorm: gradientClipNorm,
      ...adamWCoefficients({ weightDecay }, learningRate, this.stepCount),
      averageShare: emaDecay > 0 ? 1 - averageDecay : 0,
    });
    return { loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, gradientNorm };
  }

  async read(): Promise<TrainingState> {
    const { card } = this;
    return {
      weights: await card.read("weights"),
      average: this.settings.emaDecay > 0 ? await card.read("average") : null,
      firstMoments: await card.read("firstMoments"),
      secondMoments: await card.read("secondMoments"),
    };
  }

  readShown(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.card.read(this.settings.emaDecay > 0 ? "average" : "weights");
  }

  async resume(
    { weights, average, firstMoments, secondMoments }: TrainingState,
    steps: number,
  ): Promise<void> {
    this.stepCount = steps;
    for (const [name, arrays] of Object.entries({ weights, firstMoments, secondMoments, average })) {
      if (arrays) await this.card.write(name as "weights", arrays);
    }
  }

  async release(): Promise<void> {
    this.card.release();
  }
}
