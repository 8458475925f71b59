/**
 * A few processes that compute what would keep the web server from answering others: a bounded queue in front of them,
 * fair between people. A computation that nobody waits for any more has a short time to stop, else it is ended together
 * with its process.
 */
import { availableParallelism, totalmem } from "node:os";
import { SemblanceError } from "@/lib/errors";
import { counted } from "@/lib/text/counted";
import { cancelledError } from "./computation";
import {
  type ComputingProcess,
  type ProcessOptions,
  startComputingProcess,
  type Task,
  type TaskResult,
} from "./computing-process";

export type PoolOptions = ProcessOptions & {
  readonly processes: number;
  readonly mostWaiting: number;
  readonly mostPerOwner: number;
  /** A task that has not begun by then is refused. */
  readonly longestWaitMs: number;
  /** Processes beyond the first end when they have been idle for so long. */
  readonly idleMs: number;
};

export const usualPoolOptions = {
  // Two at least, so that short tasks need not wait for a long one; a core is left to the web server and the database.
  processes: Math.min(4, Math.max(2, availableParallelism() - 1)),
  mostWaiting: 32,
  mostPerOwner: 6,
  longestWaitMs: 120_000,
  idleMs: 300_000,
  graceMs: 2000,
  // A leaderboard of 100,000 votes with marks takes 1,200; what a small machine has is shared with all else.
  heapMegabytes: Math.min(3072, Math.max(768, Math.floor(totalmem() / 4 / 2 ** 20))),
} as const satisfies Omit<PoolOptions, "entry">;

type Waiting = {
  readonly task: Task;
  readonly resolve: (result: TaskResult) => void;
  readonly reject: (error: unknown) => void;
  readonly timer: NodeJS.Timeout;
};

type Slot = {
  readonly process: ComputingProcess;
  idleTimer: NodeJS.Timeout | undefined;
};

export type ComputingPool = {
  /**
   * @throws SemblanceError `unavailable` or `too_many_requests` where the queue is full, with `details.retryAfterSeconds`;
   *   `cancelled` after an abort; `too_large` where time or memory did not suffice; whatever the computation threw
   */
  readonly run: (task: Task) => Promise<TaskResult>;
  /** Ends all processes; what is being computed is given up. */
  readonly close: () => void;
  readonly state: () => { readonly waiting: number; readonly running: number; readonly processes: number };
};

export function createComputingPool(options: PoolOptions): ComputingPool {
  const { processes, mostWaiting, mostPerOwner, longestWaitMs, idleMs } = options;
  const waiting: Waiting[] = [];
  const slots = new Set<Slot>();
  let isClosed = false;

  async function run(task: Task): Promise<TaskResult> {
    if (isClosed || task.signal?.aborted) throw cancelledError();
    const own = countOf(task.owner);
    if (own >= mostPerOwner) {
      throw new SemblanceError(
        "too_many_requests",
        `The server is still computing ${counted(own, "thing", "things")} that you asked for.`,
        { remedy: "Wait until they are done, then try again.", details: { retryAfterSeconds: 5 } },
      );
    }
    if (waiting.length >= mostWaiting) {
      throw new SemblanceError("unavailable", "The server is busy with other computations.", {
        remedy: "Try again in a few seconds.",
        details: { retryAfterSeconds: 10 },
      });
    }
    return new Promise((resolve, reject) => {
      const leave = (error: SemblanceError) => {
        const at = waiting.indexOf(entered);
        if (at < 0) return;
        waiting.splice(at, 1);
        clearTimeout(entered.timer);
        reject(error);
      };
      const entered: Waiting = {
        task,
        resolve,
        reject,
        timer: setTimeout(() => leave(waitedTooLong()), longestWaitMs),
      };
      task.signal?.addEventListener("abort", () => leave(cancelledError()), { once: true });
      waiting.push(entered);
      task.onProgress?.(null);
      dispatch();
    });
  }

  function countOf(owner: string): number {
    return (
      runningTasks().filter((task) => task.owner === owner).length +
      waiting.filter(({ task }) => task.owner === owner).length
    );
  }

  function runningTasks(): Task[] {
    return [...slots].flatMap(({ process }) => process.task() ?? []);
  }

  function dispatch(): void {
    for (;;) {
      const next = nextInTurn();
      if (!next) return;
      const idle = [...slots].find(({ process }) => process.task() === null);
      if (!idle && slots.size >= processes) return;
      waiting.splice(waiting.indexOf(next), 1);
      clearTimeout(next.timer);
      start(next, idle ?? addProcess());
    }
  }

  /** Among the people with the fewest running tasks, the one who has waited longest. */
  function nextInTurn(): Waiting | null {
    const running = runningTasks();
    const hasRoomForLong = running.filter(({ isLong }) => isLong).length < Math.max(1, processes - 1);
    let best: { waiting: Waiting; own: number } | null = null;
    for (const each of waiting) {
      if (each.task.isLong && !hasRoomForLong) continue;
      const own = running.filter(({ owner }) => owner === each.task.owner).length;
      if (best === null || own < best.own) best = { waiting: each, own };
    }
    return best?.waiting ?? null;
  }

  function start({ task, resolve, reject }: Waiting, slot: Slot): void {
    clearTimeout(slot.idleTimer);
    slot.process.run(task).then(resolve, reject);
  }

  function addProcess(): Slot {
    const slot: Slot = {
      process: startComputingProcess(
        options,
        () => {
          rest(slot);
          dispatch();
        },
        () => {
          clearTimeout(slot.idleTimer);
          // Another takes its place when there is something to do.
          if (slots.delete(slot)) dispatch();
        },
      ),
      idleTimer: undefined,
    };
    slots.add(slot);
    return slot;
  }

  function rest(slot: Slot): void {
    if (!slots.has(slot) || slot.process.task() !== null) return;
    clearTimeout(slot.idleTimer);
    slot.idleTimer = setTimeout(() => {
      if (slot.process.task() === null && slots.size > 1) slot.process.end();
    }, idleMs);
    slot.idleTimer.unref();
  }

  return {
    run,
    close: () => {
      isClosed = true;
      for (const { reject, timer } of waiting.splice(0)) {
        clearTimeout(timer);
        reject(cancelledError());
      }
      for (const { process } of [...slots]) process.end();
    },
    state: () => ({ waiting: waiting.length, running: runningTasks().length, processes: slots.size }),
  };
}

function waitedTooLong(): SemblanceError {
  return new SemblanceError("unavailable", "The server did not get round to this computation.", {
    remedy: "Try again in a minute.",
    details: { retryAfterSeconds: 60 },
  });
}
