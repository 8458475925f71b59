/** Runs training, sampling and evaluation in a child process that can be cancelled at any moment. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { SemblanceError } from "@/lib/errors";
import {
  messageToError,
  outOfMemoryError,
  type ReplyMessage,
  type StartMessage,
  tellsOfMissingMemory,
} from "./engine-messages";
import type { EvaluateEvent, EvaluateInput, EvaluateResult } from "./tasks/evaluate";
import type { SampleEvent, SampleInput, SampleResult } from "./tasks/sample";
import type { TrainEvent, TrainInput, TrainResult } from "./tasks/train";

/** What each task takes, tells while it runs, and returns; all of it plain JSON, all paths absolute. */
export type EngineTasks = {
  train: { input: TrainInput; event: TrainEvent; result: TrainResult };
  sample: { input: SampleInput; event: SampleEvent; result: SampleResult };
  evaluate: { input: EvaluateInput; event: EvaluateEvent; result: EvaluateResult };
};

export type EngineTaskOptions<Event> = {
  /** Aborting kills the child at once; what it has stored stays, and a later run of the task takes it up. */
  readonly signal?: AbortSignal;
  /** Called for one event after the other; the next waits for the promise. What it throws ends the task. */
  readonly onEvent?: (event: Event) => void | Promise<void>;
};

const projectFolder = fileURLToPath(new URL("..", import.meta.url));

/** As much of the child's last words as an error's cause keeps. */
const keptErrorCharacters = 8192;

/**
 * Runs one task in a child process of its own.
 *
 * @throws SemblanceError whatever the task threw; `cancelled` after an abort; `unavailable` where the child died for
 *   want of memory; `internal` where it died otherwise, with its last words as the cause.
 */
export async function runEngineTask<Name extends keyof EngineTasks>(
  task: Name,
  input: EngineTasks[Name]["input"],
  { signal, onEvent }: EngineTaskOptions<EngineTasks[Name]["event"]> = {},
): Promise<EngineTasks[Name]["result"]> {
  if (signal?.aborted) throw cancelledError();
  const scratchFolder = await mkdtemp(join(tmpdir(), "semblance-task-"));
  try {
    return (await converse(
      startChild(),
      { task, input, scratchFolder },
      { signal, onEvent: onEvent as ((event: unknown) => void | Promise<void>) | undefined },
    )) as EngineTasks[Name]["result"];
  } finally {
    await rm(scratchFolder, { recursive: true, force: true });
  }
}

function startChild(): ChildProcess {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  return fork(fileURLToPath(new URL("engine-process.ts", import.meta.url)), [], {
    // The folder whose tsconfig.json tells tsx what "@/" means.
    cwd: projectFolder,
    execArgv: ["--import", loader],
    // A group of its own: Ctrl-C reaches the parent alone, which then decides.
    detached: process.platform !== "win32",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

/** Resolves or rejects only after the child has ended, so that nothing of it lives on behind the caller's back. */
function converse(
  child: ChildProcess,
  start: StartMessage,
  { signal, onEvent }: EngineTaskOptions<unknown>,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let outcome: (() => void) | null = null;
    let stopped = false;
    let lastWords = "";
    let events: Promise<void> = Promise.resolve();

    const end = (settle: () => void) => {
      // A result that is there already does not count while events of it still wait: they are not told any more.
      if (!stopped) outcome = settle;
      stopped = true;
      child.kill("SIGKILL");
    };
    const cancel = () => end(() => reject(cancelledError()));
    signal?.addEventListener("abort", cancel, { once: true });

    child.stderr!.setEncoding("utf8").on("data", (text: string) => {
      lastWords = (lastWords + text).slice(-keptErrorCharacters);
    });
    child.on("message", (message) => {
      const answer = message as ReplyMessage;
      if (answer.kind === "event") {
        // The result may arrive while earlier events still wait for their turn: they are told all the same.
        events = events.then(() => (stopped ? undefined : onEvent?.(answer.event)));
        events.catch((error) => end(() => reject(error)));
      } else {
        outcome ??= () =>
          answer.kind === "result"
            ? events.then(() => resolve(answer.result), reject)
            : events.then(() => reject(messageToError(answer.error)), reject);
      }
    });
    child.on("error", (error) => end(() => reject(deathError(null, null, String(error)))));
    child.on("close", (code, exitSignal) => {
      signal?.removeEventListener("abort", cancel);
      (outcome ?? (() => reject(deathError(code, exitSignal, lastWords))))();
    });
    child.send(start, (error) => {
      if (error) end(() => reject(deathError(null, null, String(error))));
    });
  });
}

function cancelledError(): SemblanceError {
  return new SemblanceError("cancelled", "The task was cancelled.");
}

/** Linux ends the largest process with SIGKILL when memory runs out; Node itself aborts and says so. */
function deathError(code: number | null, signal: NodeJS.Signals | null, lastWords: string): SemblanceError {
  const cause = `exit code ${code}, signal ${signal}\n${lastWords}`;
  if (signal === "SIGKILL" || tellsOfMissingMemory(lastWords)) return outOfMemoryError(cause);
  return new SemblanceError("internal", "The engine's process ended unexpectedly.", {
    remedy: "Run the task again; it continues where it can. If it happens again, the log has the cause.",
    cause,
  });
}
