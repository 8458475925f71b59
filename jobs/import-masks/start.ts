/** Creates a set of masks and queues the job that reads them. */
import type { z } from "zod";
import { checkSource } from "@/lib/datasets/check-source";
import { SemblanceError } from "@/lib/errors";
import { importMasksInput } from "@/lib/mask-sets/mask-set-fields";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { withUniqueName } from "@/lib/platform/database/unique-name";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { formFiles, operatorFiles } from "@/lib/platform/server-files/file-access";
import { operatorGrant } from "@/lib/platform/server-files/operator-grant";
import { importMasksJob } from "./job";

/**
 * @param options.isOperator whether it is asked for on the command line, see `startImport` of datasets
 * @throws SemblanceError `conflict` for a name in use; `not_found`, `conflict` or `invalid_input` for a dataset or files that
 *   cannot be used, with the form's field in `details.field`
 */
export async function startMaskImport(
  input: z.input<typeof importMasksInput>,
  { isOperator = false }: { isOperator?: boolean } = {},
): Promise<{ maskSetId: string; jobId: string }> {
  const { name, datasetId, source } = importMasksInput.parse(input);
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: "Choose one whose import has succeeded.", details: { field: "datasetId" } },
    );
  }
  await checkSource(source, isOperator ? operatorFiles : formFiles);
  return withUniqueName("set of masks", name, () =>
    transactionWithJobs(async (transaction, enqueue) => {
      const { id } = await transaction.maskSet.create({ data: { name, datasetId } });
      await appendAuditEntry(transaction, {
        action: "mask-set.import-started",
        subject: { kind: "mask-set", id, name },
        detail: { datasetId, ...(source.kind === "folder" ? { folder: source.path } : {}) },
      });
      const grant =
        isOperator && source.kind === "folder" ? { operatorGrant: operatorGrant(id, source.path) } : {};
      return {
        maskSetId: id,
        jobId: await enqueue(importMasksJob, { maskSetId: id, datasetId, source, ...grant }, id),
      };
    }),
  );
}
