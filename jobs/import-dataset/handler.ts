/** Runs an import in the worker. */
import { importDataset } from "@/lib/datasets/import-dataset";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { isOperatorGrant } from "@/lib/platform/server-files/operator-grant";
import { counted } from "@/lib/text/counted";
import type { importDatasetJob } from "./job";

export const handle: JobHandler<typeof importDatasetJob> = async (payload, { signal, report }) => {
  const { datasetId, source, operatorGrant } = payload;
  const isGranted = source.kind === "folder" && isOperatorGrant(operatorGrant, datasetId, source.path);
  await importDataset(payload, {
    // Looked at once more: what the job was told may be older than the setting, or not from Semblance.
    access: isGranted ? operatorFiles : formFiles,
    signal,
    onProgress: (done, total) =>
      report(total === 0 ? 1 : done / total, `${done} of ${counted(total, "image", "images")}`),
  });
};
