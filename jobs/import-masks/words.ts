/** How people read of imports of masks. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const importMasksWords: JobWords = {
  title: "Import of masks",
  page: (maskSetId) => `/admin/samples/masks/${maskSetId}`,
};
