/** How people read of imports of samples. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const importSamplesWords: JobWords = {
  title: "Import of samples",
  page: (sampleSetId) => `/admin/samples/${sampleSetId}`,
};
