/** Runs one job from the queue: calls its handler, watches for its cancellation, and records how it ended. */
import { setTimeout as delay } from "node:timers/promises";
import type { ExecutionProvider } from "@/lib/engine/graph/execution-provider";
import { isLostDatabase } from "@/lib/platform/database/database-errors";
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { keepJobResult } from "@/lib/platform/jobs/job-result";
import { log } from "@/lib/platform/log/log";
import { inRequest } from "@/lib/platform/request/request-context";
import {
  beginJob,
  findClaim,
  isStillStored,
  logFailure,
  recordFailure,
  recordHandingBack,
  recordProgress,
  recordSuccess,
  releaseCancelled,
} from "./job-record";

/** Finds the function that runs jobs of a kind. */
export type LoadHandler = (kind: string) => Promise<JobHandler<JobDefinition>>;

/** How soon a cancelled job notices. */
const watchIntervalMs = 500;
const reportIntervalMs = 500;

export type RunOptions = {
  workerId: string;
  provider: ExecutionProvider;
  /** See ProviderChoice. */
  providerRefusal?: string;
  loadHandler: LoadHandler;
  /** Aborted when the queue has given the job to somebody else. */
  claim: AbortSignal;
  /** Aborted when the worker is to give the job back: it stops, or is paused. */
  handBack: AbortSignal;
};

/**
 * @throws whatever should make the queue offer the job again: the worker stops or is paused, or the database is away. A job that
 *   failed on its own account is recorded as such and ends here.
 */
export function runJob(jobId: string, options: RunOptions): Promise<void> {
  return inRequest({ requestId: `job:${jobId}` }, () => runInContext(jobId, options));
}

async function runInContext(jobId: string, options: RunOptions): Promise<void> {
  const { workerId, provider, providerRefusal, loadHandler, claim, handBack } = options;
  const job = await beginJob(jobId, workerId);
  if (!job) return;
  const cancelled = new AbortController();
  const lost = new AbortController();
  const signal = AbortSignal.any([cancelled.signal, claim, handBack]);
  const watch = setInterval(async () => {
    // A question that fails says nothing about the job: the next one is half a second away.
    const found = await findClaim(jobId, workerId).catch(() => "ours");
    if (found === "lost") lost.abort();
    if (found !== "ours") cancelled.abort();
  }, watchIntervalMs);
  const reporter = new Reporter(jobId, workerId);
  try {
    while (!signal.aborted && (await isStillStored(job))) await delay(watchIntervalMs);
    const handle = await loadHandler(job.definition.kind);
    await handle(job.payload, {
      signal,
      lost: lost.signal,
      provider,
      providerRefusal,
      report: (progress, note) => reporter.report(progress, note),
      keepResult: (result: unknown) => keepJobResult(job.definition, jobId, result as never),
    });
    await reporter.finish();
    await recordSuccess(job, workerId);
  } catch (thrown) {
    await reporter.finish();
    if (cancelled.signal.aborted) return;
    if (handBack.aborted) {
      await recordHandingBack(job, workerId);
      throw thrown;
    }
    if (claim.aborted || isLostDatabase(thrown)) throw thrown;
    await recordFailure(job, workerId, logFailure(job, thrown));
  } finally {
    clearInterval(watch);
    // Where the database is away, the worker's silence says the same.
    await releaseCancelled(jobId, workerId).catch(() => {});
  }
}

/** Writes progress at most twice a second, one write after the other, and never lets a failed write end the job. */
class Reporter {
  readonly #jobId: string;
  readonly #workerId: string;
  #latest: { progress: number; note: string } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(jobId: string, workerId: string) {
    this.#jobId = jobId;
    this.#workerId = workerId;
  }

  report(progress: number, note = ""): void {
    this.#latest = { progress, note };
    this.#timer ??= setTimeout(() => this.#write(), reportIntervalMs);
  }

  async finish(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const latest = this.#latest;
    this.#latest = null;
    if (!latest) return;
    this.#writing = this.#writing
      .then(() => recordProgress(this.#jobId, this.#workerId, latest.progress, latest.note))
      .catch((error) => log().error({ err: error }, "Progress could not be recorded."));
  }
}
