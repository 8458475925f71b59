/** How people read of evaluations as jobs. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";
import { counted } from "@/lib/text/counted";

export const evaluateWords: JobWords = {
  title: "Evaluation",
  page: (evaluationId) => `/admin/evaluations/${evaluationId}`,
  missing: (count) => `${counted(count, "metric", "metrics")} could not be computed`,
};
