/** How people read of audits as jobs. */
import type { JobWords } from "@/lib/platform/jobs/job-definition";

export const auditDatasetWords: JobWords = {
  title: "Audit",
  page: (auditId) => `/admin/datasets/audits/${auditId}`,
};
