/** Looks for near duplicates in the worker. */
import { findNearDuplicates } from "@/lib/datasets/duplicates/near-duplicates";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { counted } from "@/lib/text/counted";
import type { findDuplicatesJob } from "./job";

export const handle: JobHandler<typeof findDuplicatesJob> = async ({ datasetId }, { signal, report }) => {
  await findNearDuplicates(datasetId, {
    signal,
    onProgress: (done, total) => report(done / total, `${done} of ${counted(total, "image", "images")}`),
  });
};
