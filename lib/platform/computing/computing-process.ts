/** A child process of the web server that computes one task at a time, within a limit of time and memory. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { messageToError, tellsOfMissingMemory } from "@/lib/platform/engine-process/engine-messages";
import { forkSource } from "@/lib/platform/fork-source";
import type { ComputingReply, TaskMessage, TaskRequest } from "./computation";

/** lib/platform/storage/sweep-temporary.ts tells by the number whether the process that would remove the folder still runs. */
const scratchPrefix = `semblance-task-${process.pid}-`;

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
};

let lastId = 0;

/** @param onEnd it takes no more tasks; may be called more than once */
export function startComputingProcess(
  { entry, heapMegabytes }: ProcessOptions,
  onEnd: () => void,
): ComputingProcess {
  const child = forkProcess(entry, heapMegabytes);
  let running: Running | null = null;
  let lastWords = "";

  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-keptErrorCharacters);
  });
  child.on("message", (message) => {
    const reply = message as ComputingReply;
    if (running?.id !== reply.id) return;
    if (reply.kind === "progress") running.task.onProgress?.(reply.share);
    else if (reply.kind === "written") {
      const { name, bytes } = reply.file;
      running.task.onWritten?.(join(running.folder, name), bytes, reply.recorded);
    } else if (reply.kind === "result") running.settle({ result: reply.result, recorded: reply.recorded });
    else running.settle({ error: messageToError(reply.error) });
  });
  child.on("error", end);
  child.on("close", () => {
    running?.settle({ error: deathError(lastWords, heapMegabytes) });
    onEnd();
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
    const computed = outcomeOf(id, task);
    // Whatever happens while the folder is being made is reported below.
    computed.catch(() => {});
    try {
      folder = await mkdtemp(join(tmpdir(), scratchPrefix));
      if (running?.id === id) {
        running.folder = folder;
        task.onProgress?.(0);
        const message: TaskMessage = { id, name, input, folder, request };
        child.send(message, (error) => {
          if (error && running?.id === id) end();
        });
      }
      return { ...(await computed), folder, dispose };
    } catch (error) {
      if (running?.id === id) running.settle({ error });
      await dispose();
      throw error;
    }
  }

  /** Makes the task the running one, until it is settled, aborted or out of time. */
  function outcomeOf(id: number, task: Task): Promise<Outcome> {
    const { limitMs, signal } = task;
    return new Promise((settle, fail) => {
      const giveUp = (error: SemblanceError) => {
        fail(error);
        end();
      };
      const cancel = () => giveUp(cancelledError());
      const timer = setTimeout(() => giveUp(tookTooLong(limitMs)), limitMs);
      signal?.addEventListener("abort", cancel, { once: true });
      running = {
        id,
        task,
        folder: "",
        settle: (outcome) => {
          clearTimeout(timer);
          signal?.removeEventListener("abort", cancel);
          running = null;
          if ("error" in outcome) fail(outcome.error);
          else settle(outcome);
        },
      };
    });
  }

  return { task: () => running?.task ?? null, run, end };
}

function forkProcess(entry: URL, heapMegabytes: number): ChildProcess {
  return forkSource(entry, {
    heapMegabytes,
    // Results are more than JSON: dates, typed arrays.
    serialization: "advanced",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

export function cancelledError(): SemblanceError {
  return new SemblanceError("cancelled", "The computation was cancelled.");
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
