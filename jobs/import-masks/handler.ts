/** Runs an import of masks in the worker. */
import { importMasks } from "@/lib/mask-sets/import-masks";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import { formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { isOperatorGrant } from "@/lib/platform/server-files/operator-grant";
import { counted } from "@/lib/text/counted";
import type { importMasksJob } from "./job";

export const handle: JobHandler<typeof importMasksJob> = async (
  { maskSetId, operatorGrant, ...input },
  { signal, report },
) => {
  const { source } = input;
  const isGranted = source.kind === "folder" && isOperatorGrant(operatorGrant, maskSetId, source.path);
  await importMasks(maskSetId, input, isGranted ? operatorFiles : formFiles, {
    signal,
    onProgress: (done, total) => report(done / total, `${done} of ${counted(total, "mask", "masks")}`),
  });
};
