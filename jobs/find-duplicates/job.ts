/** Finds the photographs of a dataset that look alike. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { findDuplicatesPayload } from "./payload";
import { comparedDataset } from "./subject";
import { findDuplicatesWords } from "./words";

export const findDuplicatesJob = {
  kind: "find-duplicates",
  queue: "import",
  priority: 0,
  payload: findDuplicatesPayload,
  words: findDuplicatesWords,
  subject: comparedDataset,
} as const satisfies JobDefinition;
