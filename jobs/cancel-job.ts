/** Ends a job, waiting or running. */
import { SemblanceError } from "@/lib/errors";
import { findOpenJobOf, stopJob } from "./stop-job";

/** @throws SemblanceError `not_found`, or `conflict` where the job has ended already */
export async function cancelJob(jobId: string): Promise<void> {
  await stopJob(jobId, "CANCELLED");
}

/**
 * Ends the job that works on a row.
 *
 * @throws SemblanceError `conflict` where none does
 */
export async function cancelJobOf(subjectId: string): Promise<void> {
  const jobId = await findOpenJobOf(subjectId);
  if (jobId === null) {
    throw new SemblanceError("conflict", "There is nothing to cancel.", {
      remedy: "Reload to see how it ended.",
    });
  }
  await cancelJob(jobId);
}
