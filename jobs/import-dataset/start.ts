/** Creates a dataset and enqueues the job that reads its images. */
import type { z } from "zod";
import { checkSource } from "@/lib/datasets/check-source";
import { startImportInput } from "@/lib/datasets/import-fields";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { operatorGrant } from "@/lib/platform/server-files/operator-grant";
import { importDatasetJob } from "./job";

/**
 * @param options.isOperator whether it is asked for on the command line, by anyone who runs this installation: then all
 *   folders may be imported but Semblance's own, else those of SEMBLANCE_IMPORT_ROOTS
 * @throws SemblanceError `conflict` for a name in use; `not_found` or `invalid_input` for a folder or an upload that
 *   is not there, with the form's field in `details.field`
 */
export async function startImport(
  input: z.input<typeof startImportInput>,
  { isOperator = false }: { isOperator?: boolean } = {},
): Promise<{ datasetId: string; jobId: string }> {
  const { name, description, captionLanguage, source, columns } = startImportInput.parse(input);
  await checkSource(source, isOperator ? operatorFiles : formFiles);
  return withUniqueName("dataset", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.dataset.create({ data: { name, description, captionLanguage } });
      const grant =
        isOperator && source.kind === "folder" ? { operatorGrant: operatorGrant(id, source.path) } : {};
      const jobId = await enqueue(importDatasetJob, { datasetId: id, source, columns, ...grant }, id);
      await appendAuditEntry(transaction, {
        action: "dataset.import-started",
        subject: { kind: "dataset", id, name },
        detail: source.kind === "folder" ? { folder: source.path } : { uploadedFiles: source.files.length },
      });
      return { datasetId: id, jobId };
    }),
  );
}
