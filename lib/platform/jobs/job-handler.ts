/** A job's handler in the worker, and what the worker provides to it. */
import type { Environment } from "@/lib/env";
import type { JobDefinition, PayloadOf, ResultOf } from "./job-definition";

export type JobContext<Result = never> = {
  /** Aborted when the job is cancelled, or handed back because this worker stops: what it has is to be stored. */
  readonly signal: AbortSignal;
  /** Aborted when another worker has begun the job: nothing of it may be touched any more. */
  readonly lost: AbortSignal;
  /** Where the engine runs. */
  readonly provider: Exclude<Environment["provider"], "auto">;
  /** Why that is not the provider which the worker's settings name; absent where it is. */
  readonly providerRefusal?: string;
  /** Tells pages how far the job is. @param progress 0 to 1 */
  readonly report: (progress: number, note?: string) => void;
  /** Stores the result so far, replacing an earlier one. */
  readonly keepResult: (result: Result) => Promise<void>;
};

/** Exported as `handle` by a kind's handler.ts. Throws what the user reads where the job fails. */
export type JobHandler<Job extends JobDefinition> = (
  payload: PayloadOf<Job>,
  context: JobContext<ResultOf<Job>>,
) => Promise<void>;
