/** How people read of evaluations as jobs. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const evaluateWords: JobWords = {
  title: "Evaluation",
  page: (evaluationId) => `/admin/evaluations/${evaluationId}`,
  missing: (count) => `${count} ${count === 1 ? "metric" : "metrics"} could not be computed`,
};
