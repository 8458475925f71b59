/** Runs an import in the worker. */
import { importDataset } from "@/lib/datasets/import-dataset";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import type { importDatasetJob } from "./job";

export const handle: JobHandler<typeof importDatasetJob> = async (payload, { signal, report }) => {
  await importDataset(payload, {
    signal,
    onProgress: (done, total) => report(total === 0 ? 1 : done / total, `${done} of ${total} images`),
  });
};
