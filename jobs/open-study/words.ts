/** How people read of openings. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const openStudyWords: JobWords = {
  title: "Opening",
  page: (studyId) => `/admin/studies/${studyId}`,
};
