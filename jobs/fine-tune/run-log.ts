/** Lines of a fine-tune’s log: how it begins, and of the loss one now and then of what training tells many times a second. */
import { counted } from "@/lib/text/counted";
import type { TrainEvent } from "./engine";

export type LossEvent = Extract<TrainEvent, { type: "loss" }>;

/** The line with which a run begins, and begins again after an interruption. */
export function startLine(
  images: number,
  { epochs, batchSize, accumulationSteps }: { epochs: number; batchSize: number; accumulationSteps: number },
  provider: string,
): string {
  const batches = accumulationSteps === 1 ? "" : `, ${accumulationSteps} batches per step`;
  return `Training on ${counted(images, "image", "images")} for ${counted(epochs, "epoch", "epochs")}, batch size ${batchSize}${batches}, on ${provider}.`;
}

/** What the run learns from. */
export function dataLine(
  images: readonly { readonly captions: readonly string[] }[],
  dataset: string,
  revision: number,
): string {
  const captions = images.reduce((sum, image) => sum + image.captions.length, 0);
  return `Data: ${counted(images.length, "image", "images")} with ${counted(captions, "caption", "captions")}, revision ${revision} of “${dataset}”.`;
}

/** Lines on the loss of one run, however long it is. */
const progressLines = 20;

export class RunLog {
  readonly #epochsPerStep: number;
  #losses: number[] = [];

  /** @param epochsPerStep images per step, as a part of all images */
  constructor(epochsPerStep: number) {
    this.#epochsPerStep = epochsPerStep;
  }

  /** Mean loss and speed since the last line; null while the next one is not due. */
  lineOf({ step, totalSteps, loss, learningRate, stepsPerSecond }: LossEvent): string | null {
    this.#losses.push(loss);
    if (step % Math.ceil(totalSteps / progressLines) !== 0 && step !== totalSteps) return null;
    const mean = this.#losses.reduce((sum, each) => sum + each, 0) / this.#losses.length;
    const steps = this.#losses.length;
    this.#losses = [];
    return (
      `Step ${step} of ${totalSteps}, epoch ${toShortNumber(step * this.#epochsPerStep)}: ` +
      `mean loss ${mean.toPrecision(3)} over ${counted(steps, "step", "steps")}, ` +
      `learning rate ${toShortNumber(learningRate)}, ${toShortNumber(stepsPerSecond)} steps/s.`
    );
  }
}

/** Three digits are enough to read. */
export function toShortNumber(value: number): string {
  return String(Number(value.toPrecision(3)));
}
