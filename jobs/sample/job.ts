/** Draws the samples of a set that are not there yet. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { samplePayload } from "./payload";
import { drawnSampleSet } from "./subject";
import { sampleWords } from "./words";

export const sampleJob = {
  kind: "sample",
  queue: "engine",
  // Before fine-tunes that have not begun: this takes minutes, those take hours.
  priority: 1,
  payload: samplePayload,
  words: sampleWords,
  subject: drawnSampleSet,
} as const satisfies JobDefinition;
