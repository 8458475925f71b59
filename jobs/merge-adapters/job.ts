/** Merges adapters into a base model: the result is a model of its own. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { mergeAdaptersPayload } from "./payload";
import { mergedBase } from "./subject";
import { mergeAdaptersWords } from "./words";

export const mergeAdaptersJob = {
  kind: "merge-adapters",
  queue: "engine",
  // Before fine-tunes that have not begun: this takes a minute at most.
  priority: 1,
  payload: mergeAdaptersPayload,
  words: mergeAdaptersWords,
  subject: mergedBase,
} as const satisfies JobDefinition;
