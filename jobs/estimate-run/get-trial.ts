/** How far the trial of a run is, what it has measured, and which run it was. */
import { SemblanceError } from "@/lib/errors";
import { type RunEstimate, runEstimate, type TrialledRun, trialKey } from "@/lib/fine-tunes/run-estimate";
import type { RunState } from "@/lib/generated/prisma/enums";
import { db } from "@/lib/platform/database/db";
import { listWorkers, workerState } from "@/lib/platform/jobs/list-workers";
import { estimateRunJob } from "./job";
import { estimateRunPayload } from "./payload";

export type Trial = {
  jobId: string;
  state: RunState;
  /** 0 to 1. */
  progress: number;
  /** What it does now. */
  note: string;
  /** Why it failed, and what to do. */
  error: string | null;
  /** What it has measured; null until it has succeeded. */
  estimate: RunEstimate | null;
  /** Why it waits: nobody takes jobs, or another job computes. Null where it does not. */
  waits: "no-worker" | "busy" | "soon" | null;
};

/** The latest trial of a run of the same key; null where nobody has asked for one. */
export async function findTrial(run: TrialledRun): Promise<Trial | null> {
  const job = await db.job.findFirst({
    where: { kind: estimateRunJob.kind, payload: { path: ["key"], equals: trialKey(run) } },
    orderBy: { createdAt: "desc" },
    include: { result: true },
  });
  if (!job) return null;
  return {
    jobId: job.id,
    state: job.state,
    progress: job.progress,
    note: job.note,
    error: job.error,
    estimate: job.state === "SUCCEEDED" && job.result ? runEstimate.parse(job.result.value) : null,
    waits: job.state === "QUEUED" ? await findReason() : null,
  };
}

async function findReason(): Promise<"no-worker" | "busy" | "soon"> {
  const working = (await listWorkers()).filter((worker) => workerState(worker).takesJobs);
  if (working.length === 0) return "no-worker";
  return working.some(({ isFree, holdsDevice }) => isFree && holdsDevice) ? "soon" : "busy";
}

/**
 * The run that a trial was made of, for the form.
 *
 * @throws SemblanceError `not_found`
 */
export async function getTrialledRun(trialId: string): Promise<TrialledRun & { name: string }> {
  const job = await db.job.findFirst({
    where: { subjectId: trialId, kind: estimateRunJob.kind },
    select: { payload: true },
  });
  if (!job) throw new SemblanceError("not_found", "There is no such trial.");
  return estimateRunPayload.parse(job.payload).run;
}
