/** Reads a dataset's captions, and compares its images with them. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { auditDatasetPayload } from "./payload";
import { computedAudit } from "./subject";
import { auditDatasetWords } from "./words";

export const auditDatasetJob = {
  kind: "audit-dataset",
  queue: "engine",
  // Before fine-tunes that have not begun: this takes minutes, those take hours.
  priority: 1,
  payload: auditDatasetPayload,
  words: auditDatasetWords,
  subject: computedAudit,
} as const satisfies JobDefinition;
