/** Stops a fine-tune and takes it up again. */
import { cancelJobOf } from "@/lib/platform/jobs/cancel-job";
import { retryJobOf } from "@/lib/platform/jobs/retry-job";

/**
 * Its worker saves the state of its last step first.
 *
 * @throws SemblanceError `conflict` where it has ended already
 */
export async function cancelFineTune(id: string): Promise<void> {
  await cancelJobOf(id);
}

/**
 * Continues a cancelled or failed fine-tune from its last saved step; the result is as if it had never stopped.
 *
 * @throws SemblanceError `conflict` where it runs or has succeeded
 */
export async function resumeFineTune(id: string): Promise<{ jobId: string }> {
  return { jobId: await retryJobOf(id) };
}
