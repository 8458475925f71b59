/** Reads images of any generator, from a folder of the server or from uploads, into a sample set. */
import { drawnSampleSet } from "@/jobs/sample/subject";
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { importSamplesPayload } from "./payload";
import { importSamplesWords } from "./words";

export const importSamplesJob = {
  kind: "import-samples",
  queue: "import",
  priority: 0,
  payload: importSamplesPayload,
  words: importSamplesWords,
  subject: drawnSampleSet,
} as const satisfies JobDefinition;
