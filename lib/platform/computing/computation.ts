/** Computations outside the web server's process: where they run, and the messages between the processes. */
import { SemblanceError } from "@/lib/errors";
import type { ErrorMessage } from "@/lib/platform/engine-process/engine-messages";

/** What it tells throws `cancelled` when nobody waits for it any more. */
export type ComputationContext = {
  /** Tells how far it has come, 0 to 1. */
  readonly tell: (share: number) => void;
  /** Tells how many bytes a file of the folder has: they stay as they are, and are handed out from now on. */
  readonly wrote: (name: string, bytes: number) => void;
  /** An empty folder that is removed afterwards, for files that are part of the result. */
  readonly folder: string;
};

/** Input and result cross a process boundary as structured clones. */
export type Compute<Input, Result> = (input: Input, context: ComputationContext) => Promise<Result>;

/** What a computation returns that has written a file: the file's name in its folder, and its size. */
export type ComputedFile = { readonly name: string; readonly bytes: number };

/** On whose behalf it is done, for what it writes into the audit log. */
export type TaskRequest = {
  readonly requestId: string;
  readonly address: string | null;
  readonly actor: string;
};

export type TaskMessage = {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
  readonly folder: string;
  readonly request: TaskRequest | null;
};

/** Nobody waits for a task any more: it need not begin, and ends where it next tells how far it has come. */
export type LeaveMessage = { readonly left: number };

export type ComputingReply =
  /** Its code is loaded, and it begins to compute. */
  | { readonly kind: "begun"; readonly id: number }
  | { readonly kind: "progress"; readonly id: number; readonly share: number }
  | {
      readonly kind: "written";
      readonly id: number;
      readonly file: ComputedFile;
      /** Kinds of the audit entries that it has written so far. */
      readonly recorded: readonly string[];
    }
  | { readonly kind: "result"; readonly id: number; readonly result: unknown; readonly recorded: string[] }
  | { readonly kind: "error"; readonly id: number; readonly error: ErrorMessage };

export function cancelledError(): SemblanceError {
  return new SemblanceError("cancelled", "The computation was cancelled.");
}
