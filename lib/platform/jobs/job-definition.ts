/** What the queue, the workers, the dashboard and the command line need to know about a kind of background job. */
import type { z } from "zod";
import type { RunState } from "@/lib/generated/prisma/enums";
import type { Transaction } from "@/lib/platform/database/db";

/** Jobs of one queue run one after the other on each worker; those of another queue do not wait for them. */
export const queueNames = ["import", "engine", "download"] as const;
export type QueueName = (typeof queueNames)[number];

/**
 * 2: somebody waits for it in front of a page, such as a drawing of a caption of one's own. 1: it ends within minutes or
 * hours and others wait for its result, such as samples and evaluations. 0: it may take days, such as a fine-tune.
 */
export type JobPriority = 0 | 1 | 2;

export type JobDefinition = {
  /** Stored with each job, and the name of the kind's folder in jobs/. */
  readonly kind: string;
  readonly queue: QueueName;
  /** Of the jobs that wait in a queue, those of a higher priority go first, whatever their places. */
  readonly priority: JobPriority;
  /** What a job is told. It names rows by id; everything else is read from the database when the job runs. */
  readonly payload: z.ZodType;
  /** What a job has made, where no row of its subject's holds it. */
  readonly result?: z.ZodType;
  readonly words: JobWords;
  readonly subject: JobSubject;
};

export type PayloadOf<Job extends JobDefinition> = z.infer<Job["payload"]>;
export type ResultOf<Job extends JobDefinition> = Job extends {
  readonly result: infer Result extends z.ZodType;
}
  ? z.infer<Result>
  : never;

/** How people read of jobs of a kind. */
export type JobWords = {
  /** As in a list of jobs, such as “Import”. */
  readonly title: string;
  /** Address of the page that shows a job's subject. */
  readonly page: (subjectId: string) => string;
  /** What a job that ended well could not do, such as “2 metrics could not be computed”. */
  readonly missing?: (count: number) => string;
};

/** What jobs of a kind work on: rows of a table, or something else that has an id. */
export type JobSubject = {
  /** Names of those that are still there, by id. */
  readonly names: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /**
   * Lets the row follow its job's state, in the transaction that changes that.
   *
   * @param error what the user reads where the job failed
   */
  readonly follow?: (
    transaction: Transaction,
    subjectId: string,
    state: RunState,
    error: string | null,
  ) => Promise<void>;
  /** How many parts could not be done of work that ended well, by id; subjects that miss nothing may be absent. */
  readonly missing?: (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** What people should know of work that goes on or has ended well, by id. */
  readonly warnings?: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Those whose work is continued from its working folder, however long ago it stopped. */
  readonly continued?: (ids: readonly string[]) => Promise<readonly string[]>;
};

export function hasEnded(state: RunState): boolean {
  return state === "SUCCEEDED" || state === "FAILED" || state === "CANCELLED";
}
