/** Creates a dataset and enqueues the job that reads its images. */
import { isAbsolute } from "node:path";
import type { z } from "zod";
import { startImportInput } from "@/lib/datasets/import-fields";
import { checkUploads } from "@/lib/datasets/import-source";
import { checkFolder } from "@/lib/datasets/list-folder";
import { SemblanceError } from "@/lib/errors";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { importDatasetJob } from "./job";

/**
 * @throws SemblanceError `conflict` for a name in use; `not_found` or `invalid_input` for a folder or an upload that
 *   is not there, with the form's field in `details.field`
 */
export async function startImport(
  input: z.input<typeof startImportInput>,
): Promise<{ datasetId: string; jobId: string }> {
  const { name, description, captionLanguage, source } = startImportInput.parse(input);
  if (source.kind === "folder") {
    if (!isAbsolute(source.path)) {
      throw new SemblanceError("invalid_input", `${source.path} is not an absolute path.`, {
        remedy: "Give the path from the root, such as /home/me/photographs.",
        details: { field: "path" },
      });
    }
    await checkFolder(source.path);
  } else {
    await checkUploads(source.files);
  }
  return withUniqueName("dataset", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.dataset.create({ data: { name, description, captionLanguage } });
      const jobId = await enqueue(importDatasetJob, { datasetId: id, source }, id);
      return { datasetId: id, jobId };
    }),
  );
}
