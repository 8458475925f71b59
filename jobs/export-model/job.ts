/** Writes a model as files for other programs. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { exportModelPayload } from "./payload";
import { exportModelResult } from "./result";
import { exportedModel } from "./subject";
import { exportModelWords } from "./words";

export const exportModelJob = {
  kind: "export-model",
  // Bytes are copied and nothing is computed: it need not wait for a fine-tune.
  queue: "import",
  priority: 1,
  payload: exportModelPayload,
  result: exportModelResult,
  words: exportModelWords,
  subject: exportedModel,
} as const satisfies JobDefinition;
