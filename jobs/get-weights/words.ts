/** How people read of downloads. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const getWeightsWords: JobWords = {
  title: "Download",
  page: (subjectId) => `/admin/evaluations/networks#${subjectId}`,
};
