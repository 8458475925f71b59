/** How people read of exports of models. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const exportModelWords: JobWords = {
  title: "Model export",
  page: (checkpointId) => `/admin/models/${checkpointId}`,
};
