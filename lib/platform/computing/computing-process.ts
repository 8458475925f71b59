/** A child process of the web server that computes one task at a time, within a limit of time and memory. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { messageToError, tellsOfMissingMemory } from "@/lib/platform/engine-process/engine-messages";
import { forkSource } from "@/lib/platform/fork-source";
import {
  type ComputingReply,
  cancelledError,
  type LeaveMessage,
  type TaskMessage,
  type TaskRequest,
} from "./computation";

/** lib/platform/storage/sweep-temporary.ts tells by the number whether the process that would remove the folder still runs. */
export const scratchPrefix = `semblance-task-${process.pid}-`;

/** How much of a process's last output goes into the log. */
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
  /** What a file that the task writes has by now, and the kinds of the audit entries that it has written. */
  readonly onWritten?: (path: string, bytes: number, recorded: readonly string[]) => void;
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

type Outcome = Pick<TaskResult, "result" | "recorded">;

type Running = {
  readonly id: number;
  readonly task: Task;
  folder: string;
  /** When the process was told of it, by `performance.now()`; it may still be loading its code or starting itself. */
  sentAt: number | null;
  hasBegun: boolean;
  /** Nobody waits for it any more: it is given the time to end by itself, because a new process would cost more. */
  isLeft: boolean;
  /** Gives it up where it has begun and nobody waits for it any more. */
  readonly giveUp: () => void;
  readonly settle: (outcome: Outcome | { error: unknown }) => void;
};

export type ComputingProcess = {
  /** Null while it is idle. */
  readonly task: () => Task | null;
  /**
   * Computes a task; only while idle.
   *
   * @throws SemblanceError `cancelled` after an abort or `end`; `too_large` if time or memory did not suffice; whatever
   *   the computation threw
   */
  readonly run: (task: Task) => Promise<TaskResult>;
  /** Kills it, and gives up what it computes. */
  readonly end: () => void;
};

export type ProcessOptions = {
  /** The module that calls `serveComputations`. */
  readonly entry: URL;
  /** Of its JavaScript objects. */
  readonly heapMegabytes: number;
  /**
   * How long a task may go on when nobody waits for it any more, before its process is ended: most have ended by then.
   * Where the machine is so busy that a process takes longer to begin, it is as long as that. What has not begun is only
   * skipped.
   */
  readonly graceMs: number;
};

let lastId = 0;

/**
 * @param onIdle it has ended a task and can take another one
 * @param onEnd it takes no more tasks; may be called more than once
 */
export function startComputingProcess(
  { entry, heapMegabytes, graceMs }: ProcessOptions,
  onIdle: () => void,
  onEnd: () => void,
): ComputingProcess {
  const child = forkProcess(entry, heapMegabytes);
  let running: Running | null = null;
  let lastWords = "";
  /** What a new process would need at least. */
  let slowestBeginMs = 0;

  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-keptErrorCharacters);
  });
  child.on("message", (message) => {
    const reply = message as ComputingReply;
    if (running?.id !== reply.id) return;
    if (reply.kind === "begun") {
      running.hasBegun = true;
      slowestBeginMs = Math.max(slowestBeginMs, performance.now() - running.sentAt!);
      if (running.isLeft) running.giveUp();
    } else if (reply.kind === "progress") {
      if (!running.isLeft) running.task.onProgress?.(reply.share);
    } else if (reply.kind === "written") {
      if (running.isLeft) return;
      const { name, bytes } = reply.file;
      running.task.onWritten?.(join(running.folder, name), bytes, reply.recorded);
    } else if (reply.kind === "result") running.settle({ result: reply.result, recorded: reply.recorded });
    else running.settle({ error: messageToError(reply.error) });
  });
  child.on("error", end);
  child.on("close", () => {
    onEnd();
    running?.settle({ error: deathError(lastWords, heapMegabytes) });
  });

  function end(): void {
    child.kill("SIGKILL");
    onEnd();
    running?.settle({ error: cancelledError() });
  }

  async function run(task: Task): Promise<TaskResult> {
    const { name, input, request = null } = task;
    const id = ++lastId;
    let folder: string | null = null;
    const dispose = async () => {
      if (folder !== null) await rm(folder, { recursive: true, force: true });
    };
    const { outcome, isOver } = begin(id, task);
    // Whatever happens while the folder is being made is reported below.
    outcome.catch(() => {});
    try {
      folder = await mkdtemp(join(tmpdir(), scratchPrefix));
      if (running?.id === id && running.isLeft) running.settle({ error: cancelledError() });
      else if (running?.id === id) {
        running.folder = folder;
        running.sentAt = performance.now();
        task.onProgress?.(0);
        const message: TaskMessage = { id, name, input, folder, request };
        child.send(message, (error) => {
          if (error && running?.id === id) end();
        });
      }
      return { ...(await outcome), folder, dispose };
    } catch (error) {
      if (folder === null) running?.settle({ error });
      // Where nobody waits any more, its files are still being written.
      void isOver.then(dispose);
      throw error;
    }
  }

  /**
   * Makes the task the running one.
   *
   * @returns `outcome`: fails also after an abort and out of time; `isOver`: when the process has done with the task
   */
  function begin(id: number, task: Task): { outcome: Promise<Outcome>; isOver: Promise<void> } {
    const { limitMs, signal } = task;
    let over = () => {};
    const isOver = new Promise<void>((resolve) => {
      over = resolve;
    });
    const outcome = new Promise<Outcome>((resolve, fail) => {
      let graceTimer: NodeJS.Timeout | undefined;
      const giveUp = () => {
        graceTimer = setTimeout(end, Math.max(graceMs, slowestBeginMs));
      };
      const leave = () => {
        if (running?.id !== id) return;
        running.isLeft = true;
        fail(cancelledError());
        if (running.sentAt !== null) child.send({ left: id } satisfies LeaveMessage, () => {});
        if (running.hasBegun) giveUp();
      };
      const limitTimer = setTimeout(() => {
        fail(tookTooLong(limitMs));
        end();
      }, limitMs);
      signal?.addEventListener("abort", leave, { once: true });
      running = {
        id,
        task,
        folder: "",
        sentAt: null,
        hasBegun: false,
        isLeft: false,
        giveUp,
        settle: (settled) => {
          clearTimeout(limitTimer);
          clearTimeout(graceTimer);
          signal?.removeEventListener("abort", leave);
          running = null;
          if ("error" in settled) fail(settled.error);
          else resolve(settled);
          over();
          onIdle();
        },
      };
    });
    return { outcome, isOver };
  }

  return { task: () => running?.task ?? null, run, end };
}

function forkProcess(entry: URL, heapMegabytes: number): ChildProcess {
  return forkSource(entry, {
    heapMegabytes,
    // Twice the usual: votes that are read outlive most collections, and each costs the time of copying them.
    youngMegabytes: 32,
    // Results are more than JSON: dates, typed arrays.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
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
