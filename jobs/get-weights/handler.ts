/** Downloads a network's weights in the worker and checks them. An interrupted download resumes where it ended. */
import { dataPaths } from "@/lib/env";
import { shareNetwork } from "@/lib/evaluations/networks/shared-networks";
import { findWeightEntry } from "@/lib/metrics/weights/catalogue";
import { downloadWeights } from "@/lib/metrics/weights/weight-folder";
import type { JobHandler } from "@/lib/platform/jobs/job-handler";
import type { getWeightsJob } from "./job";

const bytesPerMegabyte = 1e6;

export const handle: JobHandler<typeof getWeightsJob> = async ({ name }, { signal, report }) => {
  const entry = findWeightEntry(name);
  await downloadWeights(dataPaths().weights, entry, {
    signal,
    onProgress: ({ file, receivedBytes, totalBytes }) => {
      const before = entry.files.findIndex(({ path }) => path === file);
      const share = totalBytes === null ? 0 : receivedBytes / totalBytes;
      const of = totalBytes === null ? "" : ` of ${Math.ceil(totalBytes / bytesPerMegabyte)}`;
      report(
        (before + share) / entry.files.length,
        `${file}: ${Math.floor(receivedBytes / bytesPerMegabyte)}${of} MB`,
      );
    },
  });
  await shareNetwork(name);
};
