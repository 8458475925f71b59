/** One child process that runs one engine task: started, listened to, asked to stop, killed. */
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import { compiledAddress, forkSource } from "@/lib/platform/fork-source";
import { log } from "@/lib/platform/log/log";
import {
  messageToError,
  type ReplyMessage,
  type StartMessage,
  type StopMessage,
  type TellMessage,
} from "./engine-messages";

/** lib/platform/storage/sweep-temporary.ts tells by the number whether the one who would remove the folder still lives. */
const scratchPrefix = `semblance-task-${process.pid}-`;

/** How long a child that has been asked to stop, and holds nothing that would be lost, may take to end by itself. */
const stopTimeoutMs = 3000;

/** As long may one that holds such work take: a step of a large model and the writing of its state. */
const storeTimeoutMs = 600_000;

/** As much of the child's last words as an error's cause keeps. */
const keptErrorCharacters = 8192;

export type ChildRun = {
  /** Address of the module that runs the task. */
  readonly module: string;
  readonly input: unknown;
  /** See EngineTask. */
  readonly savesMemory: string;
  /** Aborting asks the task to store what it has and to end; it is killed where it takes too long. */
  readonly signal?: AbortSignal;
  /** Aborting kills it at once. */
  readonly kill?: AbortSignal;
  /** Called for one event after the other; the next waits for the promise. What it throws ends the task. */
  readonly onEvent: (event: unknown) => void | Promise<void>;
  /** Called once the process is there; ended with it. See EngineTaskOptions. */
  readonly attend?: ((tell: (message: unknown) => void) => () => void) | undefined;
  /** Whether the task, after this event, holds work that only it can store; undefined: as before. */
  readonly holdsWork: (event: unknown) => boolean | undefined;
};

/** The child ended without a result or an error of its task: the system or a person killed it, or it crashed. */
export class ChildDeath extends Error {
  readonly exitSignal: NodeJS.Signals | null;

  /** @param lastWords what it wrote to its standard error */
  constructor(code: number | null, exitSignal: NodeJS.Signals | null, lastWords: string) {
    super(`exit code ${code}, signal ${exitSignal}\n${lastWords}`);
    this.exitSignal = exitSignal;
  }
}

/**
 * Runs a task in a child process of its own. Resolves or rejects only after the child has ended and its events have
 * been told, so that nothing of it lives on behind the caller's back.
 *
 * @throws ChildDeath; SemblanceError whatever the task threw, `cancelled` after an abort; what `onEvent` threw
 */
export async function runInChild(run: ChildRun): Promise<unknown> {
  const scratchFolder = await mkdtemp(join(tmpdir(), scratchPrefix));
  try {
    const compiled = compiledAddress(new URL(run.module));
    const child = startChild(compiled === null);
    return await converse(child, scratchFolder, { ...run, module: compiled?.href ?? run.module });
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

function startChild(readsSources: boolean): ChildProcess {
  return forkSource(new URL("engine-process.ts", import.meta.url), {
    readsSources,
    // A group of its own: Ctrl-C reaches the parent alone, which then decides.
    detached: process.platform !== "win32",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function converse(
  child: ChildProcess,
  scratchFolder: string,
  { module, input, savesMemory, signal, kill, onEvent, attend, holdsWork }: ChildRun,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let outcome: (() => void) | null = null;
    let isKilled = false;
    let holds = false;
    let lastWords = "";
    let events: Promise<void> = Promise.resolve();
    let timer: NodeJS.Timeout | undefined;

    /** Ends the child now; events of it that still wait are not told any more. */
    const end = (settle: () => void) => {
      if (!isKilled) outcome = settle;
      isKilled = true;
      child.kill("SIGKILL");
    };
    const killAtOnce = () => end(() => reject(cancelledError()));
    const stop = () => {
      const message: StopMessage = { kind: "stop" };
      // A child that cannot be told any more is ending already.
      child.send(message, () => {});
      timer = setTimeout(() => {
        if (!holds) return expire();
        timer = setTimeout(expire, storeTimeoutMs - stopTimeoutMs);
      }, stopTimeoutMs);
    };
    const expire = () => {
      outcome ??= () => events.then(() => reject(cancelledError()), reject);
      child.kill("SIGKILL");
    };
    signal?.addEventListener("abort", stop, { once: true });
    kill?.addEventListener("abort", killAtOnce, { once: true });

    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-keptErrorCharacters);
      if (text.trim() !== "") log().warn({ service: "engine", enginePid: child.pid }, text.trim());
    });
    child.on("message", (message) => {
      const answer = message as ReplyMessage;
      if (answer.kind === "event") {
        holds = holdsWork(answer.event) ?? holds;
        // The result may arrive while earlier events still wait for their turn: they are told all the same.
        events = events.then(() => (isKilled ? undefined : onEvent(answer.event)));
        events.catch((error) => end(() => reject(error)));
      } else {
        outcome ??= () =>
          events.then(
            () => (answer.kind === "result" ? resolve(answer.result) : reject(messageToError(answer.error))),
            reject,
          );
      }
    });
    child.on("error", (error) => end(() => reject(new ChildDeath(null, null, String(error)))));
    child.on("close", (code, exitSignal) => {
      clearTimeout(timer);
      leave?.();
      signal?.removeEventListener("abort", stop);
      kill?.removeEventListener("abort", killAtOnce);
      const died = () => reject(new ChildDeath(code, exitSignal, lastWords));
      (outcome ?? (() => events.then(died, reject)))();
    });
    const start: StartMessage = { kind: "start", module, input, scratchFolder, savesMemory };
    child.send(start, (error) => {
      if (error) end(() => reject(new ChildDeath(null, null, String(error))));
    });
    const leave = attend?.((message) => {
      const told: TellMessage = { kind: "tell", message };
      child.send(told, () => {});
    });
    if (signal?.aborted) stop();
    if (kill?.aborted) killAtOnce();
  });
}

export function cancelledError(): SemblanceError {
  return new SemblanceError("cancelled", "The task was cancelled.");
}
