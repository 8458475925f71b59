/** Trains a model. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { fineTunePayload } from "./payload";
import { trainedFineTune } from "./subject";
import { fineTuneWords } from "./words";

export const fineTuneJob = {
  kind: "fine-tune",
  queue: "engine",
  priority: 0,
  payload: fineTunePayload,
  words: fineTuneWords,
  subject: trainedFineTune,
} as const satisfies JobDefinition;
