/** Reads masks for the images of a dataset, from a folder of the server or from uploads. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { importMasksPayload } from "./payload";
import { importedMaskSet } from "./subject";
import { importMasksWords } from "./words";

export const importMasksJob = {
  kind: "import-masks",
  queue: "import",
  priority: 0,
  payload: importMasksPayload,
  words: importMasksWords,
  subject: importedMaskSet,
} as const satisfies JobDefinition;
