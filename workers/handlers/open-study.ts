/** Job: renders a study's blind pictures, makes its items and opens it. */
import type { JobPayload } from "@/lib/platform/jobs/definitions";
import { openStudy as open } from "@/lib/studies/plan/open-study";
import type { JobContext } from "../run-job";

export async function openStudy(
  { studyId, actor }: JobPayload<"open-study">,
  { signal, report }: JobContext,
): Promise<void> {
  await open(studyId, actor, {
    signal,
    onProgress: (done, total) => report(done / total, `${done} of ${total} pictures`),
  });
}
