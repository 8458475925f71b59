/** Stops a comparison of guidances, and takes up what it lacks: drawings, evaluations, scores that can now be computed. */
import { cancelJobOf } from "@/jobs/cancel-job";
import { startEvaluation } from "@/jobs/evaluate/start";
import { retryJobOf } from "@/jobs/retry-job";
import { SemblanceError } from "@/lib/errors";
import { type ComparedGuidance, getGuidanceComparison } from "@/lib/samples/guidance/get-guidance-comparison";

const isMoving = (state: string) => state === "QUEUED" || state === "RUNNING";
const hasStopped = (state: string) => state === "FAILED" || state === "CANCELLED";

/**
 * Images that are drawn and scores that are computed stay.
 *
 * @throws SemblanceError `not_found`; `conflict` where nothing of it is under way
 */
export async function cancelGuidanceComparison(id: string): Promise<void> {
  const { settings } = await getGuidanceComparison(id);
  const subjects = settings.flatMap(({ set, evaluation }) =>
    isMoving(set.state) ? [set.id] : evaluation && isMoving(evaluation.state) ? [evaluation.id] : [],
  );
  let cancelled = 0;
  for (const subject of subjects) {
    // One may have ended in between.
    await cancelJobOf(subject).then(
      () => cancelled++,
      (error) => {
        if (!(error instanceof SemblanceError && error.code === "conflict")) throw error;
      },
    );
  }
  if (cancelled > 0) return;
  throw new SemblanceError("conflict", "There is nothing to cancel.", {
    remedy: "Reload to see how it ended.",
  });
}

/**
 * Takes up every setting that has stopped or lacks a score; those that are under way or complete are left alone.
 *
 * @returns the jobs' ids
 * @throws SemblanceError `not_found`; as startEvaluation
 */
export async function continueGuidanceComparison(id: string): Promise<string[]> {
  const { settings, metrics } = await getGuidanceComparison(id);
  const jobIds: string[] = [];
  for (const setting of settings) {
    const jobId = await continueSetting(setting, Object.values(metrics));
    if (jobId !== null) jobIds.push(jobId);
  }
  return jobIds;
}

async function continueSetting(
  { set, evaluation, scores }: ComparedGuidance,
  metrics: string[],
): Promise<string | null> {
  if (hasStopped(set.state)) return retryJobOf(set.id);
  if (set.state !== "SUCCEEDED") return null;
  if (evaluation && isMoving(evaluation.state)) return null;
  if (evaluation && hasStopped(evaluation.state)) return retryJobOf(evaluation.id);
  if (evaluation && Object.values(scores).every((score) => score !== null && score.value !== null))
    return null;
  const { jobId } = await startEvaluation({
    sampleSetId: set.id,
    split: set.captionSplit,
    captionCategories: set.captionCategories,
    metrics: metrics as never,
  });
  return jobId;
}
