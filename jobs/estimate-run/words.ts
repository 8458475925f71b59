/** How people read of trials as jobs. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const estimateRunWords: JobWords = {
  title: "Estimate",
  page: (trialId) => `/admin/fine-tunes/new?trial=${trialId}`,
};
