/** How people read of imports. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const importDatasetWords: JobWords = {
  title: "Import",
  page: (datasetId) => `/admin/datasets/${datasetId}`,
};
