/** How people read of typed captions as jobs. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const drawCaptionWords: JobWords = {
  title: "One caption",
  page: (drawingId) => `/admin/samples/try?drawing=${drawingId}`,
};
