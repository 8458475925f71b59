/** Scores a sample set against the real photographs of a dataset. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { evaluatePayload } from "./payload";
import { computedEvaluation } from "./subject";
import { evaluateWords } from "./words";

export const evaluateJob = {
  kind: "evaluate",
  queue: "engine",
  // Before fine-tunes that have not begun: this takes minutes, those take hours.
  priority: 1,
  payload: evaluatePayload,
  words: evaluateWords,
  subject: computedEvaluation,
} as const satisfies JobDefinition;
