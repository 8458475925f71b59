/** How people read of sampling. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const sampleWords: JobWords = {
  title: "Sampling",
  page: (sampleSetId) => `/admin/samples/${sampleSetId}`,
};
