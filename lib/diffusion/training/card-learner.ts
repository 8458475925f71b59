/** Learning on a graphics card: a step takes its batches there, and brings two numbers back. */
import type { Shape } from "@/lib/engine/graph/tensor-type";
import type { WeightSource } from "@/lib/engine/graph/weights";
import type { CardTraining } from "@/lib/engine/webgpu/card-training";
import { adamWCoefficients } from "./adamw";
import { type BatchLosses, meanLosses } from "./batch-losses";
import { hasPairs } from "./caption-pairs";
import type { TrainingSettings } from "./fine-tune-settings";
import type { Batch, Learner, StepResult, StepUpdate } from "./learner";
import { firstLossScale, type LossScale, nextLossScale } from "./loss-scaling";
import {
  buildTrainingGraph,
  consistencyOutput,
  gradientOf,
  lossScaleInput,
  type TrainingGraph,
  type TrainingGraphSettings,
} from "./training-graph";
import type { TrainingState } from "./training-state";

type Settings = Pick<
  TrainingSettings,
  "weightDecay" | "emaDecay" | "accumulationSteps" | "gradientClipNorm" | "precision"
>;

export class CardLearner implements Learner {
  readonly trainedShapes: ReadonlyMap<string, Shape>;
  readonly dropoutMasks: Learner["dropoutMasks"];
  readonly textInputNames: Learner["textInputNames"];
  private readonly card: CardTraining;
  private readonly settings: Settings;
  /** Updates done. */
  private updateCount = 0;
  private lossScale: LossScale | null;

  private constructor(card: CardTraining, { model, learning }: TrainingGraph, settings: Settings) {
    this.card = card;
    this.settings = settings;
    this.lossScale = settings.precision === "half" ? firstLossScale : null;
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
    const { precision } = settings;
    const built = buildTrainingGraph({ ...graphSettings, scalesLoss: precision === "half" });
    const { createCardTraining } = await import("@/lib/engine/webgpu/card-training");
    const card = await createCardTraining({
      graph: built.graph,
      weights,
      gradientNames: new Map([...built.learning.keys()].map((name) => [name, gradientOf(name)])),
      keepsAverage: settings.emaDecay > 0,
      accumulates: settings.accumulationSteps > 1,
      precision,
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
  ): Promise<StepResult> {
    const factor = this.lossScale?.factor ?? 1;
    const scaling = this.lossScale && { [lossScaleInput]: Float32Array.of(factor) };
    const losses: BatchLosses[] = [];
    for (const batch of batches) {
      const feeds = { ...(await batch()), ...scaling };
      const numbers = await this.card.addBatch(feeds);
      const consistencyLoss = hasPairs(feeds) ? numbers[consistencyOutput]! : null;
      losses.push({ loss: numbers.loss!, consistencyLoss });
    }
    const { weightDecay, emaDecay, gradientClipNorm } = this.settings;
    const gradientNorm = await this.card.update({
      scale: 1 / (batches.length * factor),
      maxNorm: gradientClipNorm,
      ...adamWCoefficients({ weightDecay }, learningRate, this.updateCount + 1),
      averageShare: emaDecay > 0 ? 1 - averageDecay : 0,
    });
    const isUpdated = Number.isFinite(gradientNorm);
    if (isUpdated) this.updateCount += 1;
    const next = this.lossScale && nextLossScale(this.lossScale, isUpdated);
    this.lossScale = next ?? this.lossScale;
    return {
      ...meanLosses(losses),
      gradientNorm,
      ...(next && !isUpdated && { leftOut: { factor: next.factor } }),
    };
  }

  async read(): Promise<TrainingState> {
    const { card } = this;
    return {
      weights: await card.read("weights"),
      average: this.settings.emaDecay > 0 ? await card.read("average") : null,
      firstMoments: await card.read("firstMoments"),
      secondMoments: await card.read("secondMoments"),
      lossScale: this.lossScale,
    };
  }

  readShown(): Promise<ReadonlyMap<string, Float32Array>> {
    return this.card.read(this.settings.emaDecay > 0 ? "average" : "weights");
  }

  async resume(
    { weights, average, firstMoments, secondMoments, lossScale }: TrainingState,
    steps: number,
  ): Promise<void> {
    this.updateCount = steps - (lossScale?.leftOutSteps ?? 0);
    if (this.lossScale) this.lossScale = lossScale ?? this.lossScale;
    for (const [name, arrays] of Object.entries({ weights, firstMoments, secondMoments, average })) {
      if (arrays) await this.card.write(name as "weights", arrays);
    }
  }

  async release(): Promise<void> {
    this.card.release();
  }
}
