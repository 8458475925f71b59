/** How people read of fine-tunes as jobs. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const fineTuneWords: JobWords = {
  title: "Fine-tune",
  page: (fineTuneId) => `/admin/fine-tunes/${fineTuneId}`,
};
