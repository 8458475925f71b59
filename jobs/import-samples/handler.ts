/** Runs an import of samples in the worker. */
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { isOperatorGrant } from "@/lib/platform/server-files/operator-grant";
import { importSamples } from "@/lib/samples/import/import-samples";
import { counted } from "@/lib/text/counted";
import type { importSamplesJob } from "./job";

export const handle: JobHandler<typeof importSamplesJob> = async (payload, { signal, report }) => {
  const { sampleSetId, operatorGrant, ...input } = payload;
  const { source } = input;
  const isGranted = source.kind === "folder" && isOperatorGrant(operatorGrant, sampleSetId, source.path);
  // Looked at once more: what the job was told may be older than the setting, or not from Semblance.
  await importSamples(sampleSetId, input, isGranted ? operatorFiles : formFiles, {
    signal,
    onProgress: (done, total) => report(done / total, `${done} of ${counted(total, "image", "images")}`),
  });
};
