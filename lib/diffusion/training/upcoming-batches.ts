/** The batches of a run in their order: the next one's images are read while the model computes. */
import type { Batch, Learner } from "./learner";
import type { TrainingBatches } from "./training-batches";

export class UpcomingBatches {
  private readonly batches: TrainingBatches;
  private readonly learner: Learner;
  /** The graph's runs that the whole training takes. */
  private readonly runCount: number;
  private number: number;
  private next: Promise<Batch>;

  /** @param first number of the graph's run that the first batch is for, from 0 */
  constructor(
    batches: TrainingBatches,
    learner: Learner,
    { first, runCount }: { first: number; runCount: number },
  ) {
    this.batches = batches;
    this.learner = learner;
    this.runCount = runCount;
    this.number = first;
    this.next = this.read(first);
  }

  async take(): Promise<Batch> {
    const batch = await this.next;
    this.next = this.read(++this.number);
    return batch;
  }

  private read(number: number): Promise<Batch> {
    if (number >= this.runCount) return Promise.resolve({});
    const batch = this.batches.batch(number, this.learner);
    // Anyone who awaits it sees the error; until then it must not count as unhandled.
    batch.catch(() => {});
    return batch;
  }
}
