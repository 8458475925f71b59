/** What a run uses and how fast it goes, measured now and then: more seldom, the longer it goes on. */
import { availableParallelism } from "node:os";
import type { CardUse } from "@/lib/engine/runtime/card-use";
import type { TrainingEvent } from "./training-events";

export type ResourceEvent = Extract<TrainingEvent, { type: "resources" }>;

export type MachineUse = {
  readonly nowMs: number;
  /** Processor time of this process so far, all threads together, µs. */
  readonly processorMicroseconds: number;
  readonly memoryBytes: number;
};

const shortestMs = 2000;
/**
 * The wait as a part of the time so far: 1000 points in the first half hour, about 700 more each time that the run's time
 * doubles.
 */
const shareOfTime = 0.001;

export class ResourceMeter {
  readonly #imagesPerStep: number;
  readonly #readCard: (() => Promise<CardUse | null>) | null;
  readonly #start: MachineUse;
  #last: MachineUse;
  #lastStep: number;
  #card: CardUse | null = null;

  /**
   * @param settings.step done before this attempt
   * @param settings.readCard null where the run computes on the processor
   */
  constructor(
    settings: {
      readonly step: number;
      readonly imagesPerStep: number;
      readonly readCard: (() => Promise<CardUse | null>) | null;
    },
    use: MachineUse = measureUse(),
  ) {
    this.#imagesPerStep = settings.imagesPerStep;
    this.#readCard = settings.readCard;
    this.#start = use;
    this.#last = use;
    this.#lastStep = settings.step;
    this.#askCard();
  }

  /**
   * What was used since the last point; null while the next one is not due.
   *
   * @param step steps done
   */
  tick(step: number, use: MachineUse = measureUse()): ResourceEvent | null {
    const elapsedMs = use.nowMs - this.#last.nowMs;
    if (elapsedMs < Math.max(shortestMs, shareOfTime * (use.nowMs - this.#start.nowMs))) return null;
    const processorMs = (use.processorMicroseconds - this.#last.processorMicroseconds) / 1000;
    const event: ResourceEvent = {
      type: "resources",
      step,
      imagesPerSecond: ((step - this.#lastStep) * this.#imagesPerStep) / (elapsedMs / 1000),
      memoryBytes: use.memoryBytes,
      processorLoad: Math.min(1, processorMs / elapsedMs / availableParallelism()),
      deviceMemoryBytes: this.#card?.memoryBytes ?? null,
      deviceLoad: this.#card?.load ?? null,
    };
    this.#last = use;
    this.#lastStep = step;
    this.#askCard();
    return event;
  }

  /** The answer is for the next point: steps do not wait for the driver. */
  #askCard(): void {
    void this.#readCard?.().then((card) => {
      this.#card = card;
    });
  }
}

function measureUse(): MachineUse {
  const { user, system } = process.cpuUsage();
  return {
    nowMs: performance.now(),
    processorMicroseconds: user + system,
    memoryBytes: process.memoryUsage.rss(),
  };
}
