/** The queues that a worker takes jobs from at the moment: of each queue one job at a time. */
import type { PgBoss } from "pg-boss";
import type { QueueName } from "@/lib/platform/jobs/job-definition";

/** How often a queue is looked at where nothing wakes the worker: a job may be handed on from a silent one. */
const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 };

/** @param claim aborted when the queue has given the job to somebody else */
type RunQueuedJob = (jobId: string, signals: { claim: AbortSignal; handBack: AbortSignal }) => Promise<void>;

type Slot = {
  readonly workId: string;
  readonly handBack: AbortController;
  /** Resolves once its job has ended; absent while it takes jobs. */
  closing?: Promise<void>;
};

export class JobSlots {
  readonly #boss: PgBoss;
  readonly #run: RunQueuedJob;
  readonly #slots = new Map<QueueName, Slot>();

  constructor(boss: PgBoss, run: RunQueuedJob) {
    this.#boss = boss;
    this.#run = run;
  }

  /** Nothing is taken, and nothing runs any more. */
  get areClosed(): boolean {
    return this.#slots.size === 0;
  }

  /** Takes jobs of a queue; while the last one of a slot that is closing still runs, nothing happens. */
  async open(queue: QueueName): Promise<void> {
    if (this.#slots.has(queue)) return;
    const handBack = new AbortController();
    const workId: string = await this.#boss.work(queue, { batchSize: 1, ...polling }, async ([job]) => {
      if (!job) return;
      await this.#run(job.id, { claim: job.signal, handBack: handBack.signal });
      // The next one may wait already.
      this.#boss.notifyWorker(workId);
    });
    this.#slots.set(queue, { workId, handBack });
  }

  /**
   * Takes no more jobs of a queue. The one that runs ends first, or is handed back.
   *
   * @returns what resolves once nothing of the queue runs
   */
  close(queue: QueueName, { handsBack }: { handsBack: boolean }): Promise<void> {
    const slot = this.#slots.get(queue);
    if (!slot) return Promise.resolve();
    if (handsBack) slot.handBack.abort();
    slot.closing ??= this.#boss
      .offWork(queue, { id: slot.workId, wait: true })
      .finally(() => this.#slots.delete(queue));
    return slot.closing;
  }
}
