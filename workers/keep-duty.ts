/** Lets a worker do what it was told: opens and closes its slots, and shares the machine's devices with other workers. */
import type { WorkerDuty } from "@/lib/generated/prisma/enums";
import { type QueueName, queueNames } from "@/lib/platform/jobs/job-definition";
import { readWorkerDuty, recordDuty, takeDevice } from "@/lib/platform/jobs/worker-duty";
import { log } from "@/lib/platform/log/log";
import type { JobSlots } from "./job-slots";

/** Jobs of this queue compute on the worker's device, where one at a time is as fast as several. */
const deviceQueue: QueueName = "engine";

const told: Record<WorkerDuty, string> = {
  WORK: "This worker takes jobs again.",
  DRAIN: "This worker finishes its jobs and takes no new ones.",
  PAUSE: "This worker hands its jobs back and takes no new ones.",
};

export class DutyKeeper {
  readonly #workerId: string;
  readonly #slots: JobSlots;
  #duty: WorkerDuty = "WORK";
  /** What the database knows of it. */
  #told: { heardDuty: WorkerDuty; isFree: boolean } = { heardDuty: "WORK", isFree: false };

  constructor(workerId: string, slots: JobSlots) {
    this.#workerId = workerId;
    this.#slots = slots;
  }

  /** Called again and again. */
  async keep(): Promise<void> {
    const { duty, holdsDevice } = await readWorkerDuty(this.#workerId);
    if (duty !== this.#duty) log().info(told[duty]);
    this.#duty = duty;
    if (duty === "WORK") await this.#work(holdsDevice);
    else {
      for (const queue of queueNames) {
        this.#slots.close(queue, { handsBack: duty === "PAUSE" }).catch(logUnclosed);
      }
    }
    await this.#tell(duty, duty !== "WORK" && this.#slots.areClosed);
  }

  async #work(holdsDevice: boolean): Promise<void> {
    for (const queue of queueNames) {
      if (queue !== deviceQueue || holdsDevice || (await takeDevice(this.#workerId))) {
        await this.#slots.open(queue);
      } else this.#slots.close(queue, { handsBack: false }).catch(logUnclosed);
    }
  }

  async #tell(heardDuty: WorkerDuty, isFree: boolean): Promise<void> {
    if (heardDuty === this.#told.heardDuty && isFree === this.#told.isFree) return;
    await recordDuty(this.#workerId, { heardDuty, isFree });
    this.#told = { heardDuty, isFree };
  }
}

function logUnclosed(error: unknown): void {
  log().error({ err: error }, "A queue could not be left:");
}
