/** What a trial has measured of a run that is about to begin. */
import { db } from "@/lib/platform/database/db";
import { type RunEstimate, runEstimate, type TrialledRun, trialKey } from "./run-estimate";

/** Of the jobs that try runs; see jobs/estimate-run. */
const trialKind = "estimate-run";

/** The latest that a trial of the same key and revision of the dataset has measured; null for none. */
export async function findEstimate(
  run: TrialledRun & { datasetRevision: number },
): Promise<RunEstimate | null> {
  const job = await db.job.findFirst({
    where: {
      kind: trialKind,
      state: "SUCCEEDED",
      AND: [
        { payload: { path: ["key"], equals: trialKey(run) } },
        { payload: { path: ["run", "datasetRevision"], equals: run.datasetRevision } },
      ],
    },
    orderBy: { createdAt: "desc" },
    include: { result: true },
  });
  return job?.result ? runEstimate.parse(job.result.value) : null;
}
