/** How people read of merging. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const mergeAdaptersWords: JobWords = {
  title: "Merging adapters",
  page: (checkpointId) => `/admin/models/${checkpointId}`,
};
