/** The messages between a worker and the child process that computes for it. */
import { SemblanceError } from "@/lib/errors";

/** An error as it crosses the process boundary. */
export type ErrorMessage = {
  readonly code: SemblanceError["code"];
  readonly message: string;
  readonly remedy?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Stack of the original error, for the log. */
  readonly cause?: string;
};

export type StartMessage = {
  readonly kind: "start";
  /** Address of the module that runs the task. */
  readonly module: string;
  readonly input: unknown;
  /** A folder for temporary files that the parent removes, however the child ends. */
  readonly scratchFolder: string;
  /** See EngineTask. */
  readonly savesMemory: string;
};

/** Asks the task to store what it has and to end. */
export type StopMessage = { readonly kind: "stop" };

/** Tells the running task something while it runs. */
export type TellMessage = { readonly kind: "tell"; readonly message: unknown };

export type ReplyMessage =
  | { readonly kind: "event"; readonly event: unknown }
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: ErrorMessage };

const outOfMemoryPattern = /bad.?alloc|out of memory|allocation failed|failed to allocate memory/i;

/** The error of a computation that did not fit into memory, with what it said as its cause, and what to do. */
export function outOfMemoryError(cause: unknown, remedy: string): SemblanceError {
  return new SemblanceError("unavailable", "The machine ran out of memory.", {
    remedy,
    cause,
  });
}

/** Whether an error's text, or what a process wrote before it died, tells of missing memory. */
export function tellsOfMissingMemory(text: string): boolean {
  return outOfMemoryPattern.test(text);
}

export function messageToError({ code, message, remedy, details, cause }: ErrorMessage): SemblanceError {
  return new SemblanceError(code, message, { remedy, details, cause });
}

/** An error with its cause as text, ready to cross the process boundary. */
export function errorToMessage(error: SemblanceError): ErrorMessage {
  const { code, message, remedy, details, cause } = error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : cause;
  return { code, message, remedy, details, cause: text === undefined ? undefined : String(text) };
}
