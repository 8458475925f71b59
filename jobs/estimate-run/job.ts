/** Tries the first steps of a run, to tell how long it will take and how much memory it needs. */

import { runEstimate } from "@/lib/fine-tunes/run-estimate";
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { estimateRunPayload } from "./payload";
import { trialOfRun } from "./subject";
import { estimateRunWords } from "./words";

export const estimateRunJob = {
  kind: "estimate-run",
  queue: "engine",
  // Somebody waits for it before they start a run.
  priority: 2,
  payload: estimateRunPayload,
  result: runEstimate,
  words: estimateRunWords,
  subject: trialOfRun,
} as const satisfies JobDefinition;
