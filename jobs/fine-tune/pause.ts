/** Pauses a run: it saves its state and frees its worker. Resumed, it ends with the weights of an uninterrupted run. */
import { findOpenJobOf, stopJob } from "@/jobs/stop-job";
import { refuseStoppedRun } from "@/lib/fine-tunes/run-requests";

/** @throws SemblanceError `not_found`; `conflict` where the run is paused or has ended */
export async function pauseFineTune(fineTuneId: string): Promise<void> {
  const jobId = await findOpenJobOf(fineTuneId);
  if (jobId === null) await refuseStoppedRun(fineTuneId);
  else await stopJob(jobId, "PAUSED");
}
