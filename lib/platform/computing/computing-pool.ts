/**
 * A few processes beside the web server that compute what would keep it from answering others: a bounded queue in front
 * of them, fair between people, with a limit of time and memory for each computation. One that nobody waits for any
 * more is ended together with its process.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SemblanceError } from "@/lib/errors";
import { messageToError, tellsOfMissingMemory } from "@/lib/platform/engine-process/engine-messages";
import type { ComputingReply, TaskMessage, TaskRequest } from "./computation";

/** lib/platform/storage/sweep-temporary.ts tells by the number whether the one who would remove the folder still lives. */
const scratchPrefix = `semblance-task-${process.pid}-`;

const projectFolder = fileURLToPath(new URL("../../..", import.meta.url));

/** As much of a process's last words as the log gets of it. */
const keptErrorCharacters = 4096;

export type Task = {
  readonly name: string;
  readonly input: unknown;
  /** Who asks: the others' turns come between two of the same person. */
  readonly owner: string;
  /** How long it may compute; waiting for its turn does not count. */
  readonly limitMs: number;
  /** Takes more than a few seconds: one process is kept free of such tasks. */
  readonly isLong: boolean;
  readonly request?: TaskRequest | null;
  /** Ends it, whether it waits or computes. */
  readonly signal?: AbortSignal;
  /** Null while it waits for its turn, else 0 to 1; told for the first time when the task has been taken. */
  readonly onProgress?: (share: number | null) => void;
};

export type TaskResult = {
  readonly result: unknown;
  /** Kinds of the audit entries that it wrote. */
  readonly recorded: readonly string[];
  /** The folder that the task was given, with the files that it wrote. */
  readonly folder: string;
  /** Removes the folder. */
  readonly dispose: () => Promise<void>;
};

export type PoolOptions = {
  /** The module that calls `serveComputations`. */
  readonly entry: URL;
  readonly processes: number;
  readonly mostWaiting: number;
  readonly mostPerOwner: number;
  /** A task that has not begun by then is refused. */
  readonly longestWaitMs: number;
  /** Processes beyond the first end when they have been idle for so long. */
  readonly idleMs: number;
  /** Of each process's JavaScript objects. */
  readonly heapMegabytes: number;
};

export const usualPoolOptions = {
  // Two at least, so that short tasks need not wait for a long one; a core is left to the web server and the database.
  processes: Math.min(4, Math.max(2, availableParallelism() - 1)),
  mostWaiting: 32,
  mostPerOwner: 6,
  longestWaitMs: 120_000,
  idleMs: 300_000,
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
  readonly child: ChildProcess;
  lastWords: string;
  running: Running | null;
  idleTimer: NodeJS.Timeout | undefined;
};

type Outcome = Pick<TaskResult, "result" | "recorded">;

type Running = {
  readonly id: number;
  readonly task: Task;
  readonly settle: (outcome: Outcome | { error: unknown }) => void;
};

export type ComputingPool = {
  /**
   * @throws SemblanceError `unavailable` or `too_many_requests` where the queue is full, with `details.retryAfterSeconds`;
   *   `cancelled` after an abort; `too_large` where time or memory did not suffice; whatever the computation threw
   */
  readonly run: (task: Task) => Promise<TaskResult>;
  /** Starts a process ahead of the first task. */
  readonly warmUp: () => void;
  /** Ends all processes; what is being computed is given up. */
  readonly close: () => void;
  readonly state: () => { readonly waiting: number; readonly running: number; readonly processes: number };
};

export function createComputingPool(options: PoolOptions): ComputingPool {
  const { entry, processes, mostWaiting, mostPerOwner, longestWaitMs, idleMs, heapMegabytes } = options;
  const waiting: Waiting[] = [];
  const slots = new Set<Slot>();
  let lastId = 0;
  let isClosed = false;

  async function run(task: Task): Promise<TaskResult> {
    if (isClosed || task.signal?.aborted) throw cancelledError();
    const own = countOf(task.owner);
    if (own >= mostPerOwner) {
      throw new SemblanceError(
        "too_many_requests",
        `The server is still computing ${own} things that you asked for.`,
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
    return [...slots].flatMap(({ running }) => running?.task ?? []);
  }

  function dispatch(): void {
    for (;;) {
      const next = nextInTurn();
      if (!next) return;
      const idle = [...slots].find(({ running }) => running === null);
      if (!idle && slots.size >= processes) return;
      waiting.splice(waiting.indexOf(next), 1);
      clearTimeout(next.timer);
      void start(next, idle ?? addProcess());
    }
  }

  /** Of those who have the fewest tasks running, whoever has waited longest. */
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

  async function start({ task, resolve, reject }: Waiting, slot: Slot): Promise<void> {
    const { name, input, limitMs, signal, request = null } = task;
    clearTimeout(slot.idleTimer);
    const id = ++lastId;
    let folder: string | null = null;
    const dispose = async () => {
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    };
    const computed = new Promise<Outcome>((settle, fail) => {
      const end = (error: SemblanceError) => {
        fail(error);
        remove(slot);
      };
      const cancel = () => end(cancelledError());
      const timer = setTimeout(() => end(tookTooLong(limitMs)), limitMs);
      signal?.addEventListener("abort", cancel, { once: true });
      slot.running = {
        id,
        task,
        settle: (outcome) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", cancel);
          slot.running = null;
          if ("error" in outcome) fail(outcome.error);
          else settle(outcome);
        },
      };
    });
    // Whatever happens while the folder is being made is told below.
    computed.catch(() => {});
    try {
      folder = await mkdtemp(join(tmpdir(), scratchPrefix));
      if (slot.running?.id === id) {
        task.onProgress?.(0);
        const message: TaskMessage = { id, name, input, folder, request };
        slot.child.send(message, (error) => {
          if (error && slot.running?.id === id) remove(slot);
        });
      }
      resolve({ ...(await computed), folder, dispose });
    } catch (error) {
      if (slot.running?.id === id) slot.running.settle({ error });
      await dispose();
      reject(error);
    } finally {
      rest(slot);
      dispatch();
    }
  }

  function addProcess(): Slot {
    const child = startProcess(entry, heapMegabytes);
    const slot: Slot = { child, lastWords: "", running: null, idleTimer: undefined };
    slots.add(slot);
    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      slot.lastWords = (slot.lastWords + text).slice(-keptErrorCharacters);
    });
    child.on("message", (message) => {
      const reply = message as ComputingReply;
      if (slot.running?.id !== reply.id) return;
      if (reply.kind === "progress") slot.running.task.onProgress?.(reply.share);
      else if (reply.kind === "result")
        slot.running.settle({ result: reply.result, recorded: reply.recorded });
      else slot.running.settle({ error: messageToError(reply.error) });
    });
    child.on("error", () => remove(slot));
    child.on("close", () => {
      slots.delete(slot);
      slot.running?.settle({ error: deathError(slot.lastWords, heapMegabytes) });
      dispatch();
    });
    return slot;
  }

  /** Ends a process; another takes its place when there is something to do. */
  function remove(slot: Slot): void {
    clearTimeout(slot.idleTimer);
    slots.delete(slot);
    slot.child.kill("SIGKILL");
    slot.running?.settle({ error: cancelledError() });
  }

  function rest(slot: Slot): void {
    if (!slots.has(slot) || slot.running !== null) return;
    clearTimeout(slot.idleTimer);
    slot.idleTimer = setTimeout(() => {
      if (slot.running === null && slots.size > 1) remove(slot);
    }, idleMs);
    slot.idleTimer.unref();
  }

  return {
    run,
    warmUp: () => {
      if (slots.size === 0) rest(addProcess());
    },
    close: () => {
      isClosed = true;
      for (const { reject, timer } of waiting.splice(0)) {
        clearTimeout(timer);
        reject(cancelledError());
      }
      for (const slot of [...slots]) remove(slot);
    },
    state: () => ({ waiting: waiting.length, running: runningTasks().length, processes: slots.size }),
  };
}

function startProcess(entry: URL, heapMegabytes: number): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const child = fork(fileURLToPath(entry), [], {
    // The folder whose tsconfig.json tells tsx what "@/" means.
    cwd: projectFolder,
    execArgv: ["--import", loader, `--max-old-space-size=${heapMegabytes}`],
    // Results are more than JSON: dates, typed arrays.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  return child;
}

function cancelledError(): SemblanceError {
  return new SemblanceError("cancelled", "The computation was cancelled.");
}

function waitedTooLong(): SemblanceError {
  return new SemblanceError("unavailable", "The server did not get round to this computation.", {
    remedy: "Try again in a minute.",
    details: { retryAfterSeconds: 60 },
  });
}

const elsewhere = "Ask for less at once, or use the command line, where there is no such limit.";

function tookTooLong(limitMs: number): SemblanceError {
  return new SemblanceError(
    "too_large",
    `The computation took more than ${Math.round(limitMs / 1000)} s and was stopped.`,
    { remedy: elsewhere },
  );
}

function deathError(lastWords: string, heapMegabytes: number): SemblanceError {
  if (tellsOfMissingMemory(lastWords)) {
    return new SemblanceError(
      "too_large",
      `The computation needed more than ${heapMegabytes} MB of memory and was stopped.`,
      { remedy: elsewhere, cause: lastWords },
    );
  }
  return new SemblanceError("internal", "The computation ended unexpectedly.", {
    remedy: "Try again. If it happens again, look for the cause in the log.",
    cause: lastWords,
  });
}
