/** Opens a study in the worker. */
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { openStudy } from "@/lib/studies/plan/open-study";
import type { openStudyJob } from "./job";

export const handle: JobHandler<typeof openStudyJob> = async ({ studyId, actor }, { signal, report }) => {
  await openStudy(studyId, actor, {
    signal,
    // Most of the time goes into images.
    onProgress: (done, total, what) =>
      report(
        what === "images" ? (0.9 * done) / total : 0.9 + (0.1 * done) / total,
        `${done} of ${total} ${what}`,
      ),
  });
};
