/** How people read of drafts. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const draftCaptionsWords: JobWords = {
  title: "Drafts of captions",
  page: (deskId) => `/admin/datasets/desks/${deskId}`,
};
