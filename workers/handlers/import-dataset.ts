/** Job: reads pictures and captions into a dataset. */
import { importDataset as runImport } from "@/lib/datasets/import-dataset";
import type { JobPayload } from "@/lib/platform/jobs/definitions";
import type { JobContext } from "../run-job";

export async function importDataset(
  payload: JobPayload<"import-dataset">,
  { signal, report }: JobContext,
): Promise<void> {
  await runImport(payload, {
    signal,
    onProgress: (done, total) => report(total === 0 ? 1 : done / total, `${done} of ${total} pictures`),
  });
}
