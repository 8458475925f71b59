/** Opens a study in the worker. */
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { openStudy } from "@/lib/studies/plan/open-study";
import type { openStudyJob } from "./job";

export const handle: JobHandler<typeof openStudyJob> = async ({ studyId, actor }, { signal, report }) => {
  await openStudy(studyId, actor, {
    signal,
    onProgress: (done, total) => report(done / total, `${done} of ${total} images`),
  });
};
