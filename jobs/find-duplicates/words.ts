/** How people read of searches for near duplicates. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const findDuplicatesWords: JobWords = {
  title: "Near duplicates",
  page: (datasetId) => `/admin/datasets/${datasetId}`,
};
