/** Creates a sample set without a model, and enqueues the job that reads its images. */
import type { z } from "zod";
import { checkSource } from "@/lib/datasets/check-source";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { operatorGrant } from "@/lib/platform/server-files/operator-grant";
import { startSampleImportInput } from "@/lib/samples/import/sample-import-fields";
import { importSamplesJob } from "./job";

/**
 * @param options.isOperator whether it is asked for on the command line, see `startImport` of datasets
 * @throws SemblanceError `conflict` for a name in use; `not_found`, `conflict` or `invalid_input` for a dataset or files that
 *   cannot be used, with the form's field in `details.field`
 */
export async function startSampleImport(
  input: z.input<typeof startSampleImportInput>,
  { isOperator = false }: { isOperator?: boolean } = {},
): Promise<{ sampleSetId: string; jobId: string }> {
  const { name, ...asked } = startSampleImportInput.parse(input);
  const { datasetId, source } = asked;
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded.", details: { field: "datasetId" } },
    );
  }
  await checkSource(source, isOperator ? operatorFiles : formFiles);
  return withUniqueName("sample set", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.sampleSet.create({
        data: { name, datasetId, datasetRevision: dataset.revision, requested: 0 },
      });
      await appendAuditEntry(transaction, {
        action: "sample-set.import-started",
        subject: { kind: "sample-set", id, name },
        detail: {
          datasetId,
          ...(source.kind === "folder" ? { folder: source.path } : { uploadedFiles: source.files.length }),
        },
      });
      const grant =
        isOperator && source.kind === "folder" ? { operatorGrant: operatorGrant(id, source.path) } : {};
      return {
        sampleSetId: id,
        jobId: await enqueue(importSamplesJob, { sampleSetId: id, ...asked, ...grant }, id),
      };
    }),
  );
}
