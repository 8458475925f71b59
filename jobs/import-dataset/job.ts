/** Reads images and captions from a folder of the server, or from uploads, into a dataset. */
import type { JobDefinition } from "@/lib/platform/jobs/job-definition";
import { importDatasetPayload } from "./payload";
import { importedDataset } from "./subject";
import { importDatasetWords } from "./words";

export const importDatasetJob = {
  kind: "import-dataset",
  queue: "import",
  priority: 0,
  payload: importDatasetPayload,
  words: importDatasetWords,
  subject: importedDataset,
} as const satisfies JobDefinition;
