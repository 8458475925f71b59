/** Asks for an audit of a dataset as it is now. */
import type { z } from "zod";
import { startAuditInput } from "@/lib/datasets/audit/audit-fields";
import { getWordLists } from "@/lib/datasets/audit/dataset-word-lists";
import { photographs } from "@/lib/datasets/photographs";
import { imagesAt } from "@/lib/datasets/revisions/at-revision";
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry } from "@/lib/platform/audit/append-audit-entry";
import { db } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { auditDatasetJob } from "./job";

/**
 * @throws SemblanceError `not_found`; `conflict` for a dataset that is not ready; `invalid_input` for an attribute that the
 *   word lists do not have, or images to be compared where there are none, with the form's field in `details.field`
 */
export async function startAudit(
  input: z.input<typeof startAuditInput>,
): Promise<{ auditId: string; jobId: string }> {
  const { datasetId, network, attributes } = startAuditInput.parse(input);
  const dataset = await db.dataset.findUnique({ where: { id: datasetId } });
  if (dataset?.state !== "READY") {
    throw new SemblanceError(
      dataset ? "conflict" : "not_found",
      dataset ? `The dataset “${dataset.name}” is not ready.` : "There is no such dataset.",
      { remedy: dataset ? "Wait until its import is done, or import it again." : undefined },
    );
  }
  const { lists } = await getWordLists(datasetId);
  const checked = network === null ? [] : attributes;
  const unknown = checked.find((name) => lists.attributes.every((attribute) => attribute.name !== name));
  if (unknown !== undefined) {
    throw new SemblanceError("invalid_input", `The word lists have no attribute “${unknown}”.`, {
      remedy: `Choose among ${lists.attributes.map(({ name }) => name).join(", ")}.`,
      details: { field: "attributes" },
    });
  }
  if (network !== null && !(await hasPhotographs(datasetId, dataset.revision))) {
    throw new SemblanceError(
      "invalid_input",
      `“${dataset.name}” has no images to compare with its captions.`,
      {
        remedy: "Have the captions read alone.",
        details: { field: "network" },
      },
    );
  }
  return transactionWithJobs(async (transaction, enqueue) => {
    const { id } = await transaction.datasetAudit.create({
      data: { datasetId, datasetRevision: dataset.revision, lists, network, checked },
    });
    await appendAuditEntry(transaction, {
      action: "dataset.audit-started",
      subject: { kind: "dataset", id: datasetId, name: dataset.name },
      detail: { auditId: id, revision: dataset.revision, network, attributes: checked },
    });
    return { auditId: id, jobId: await enqueue(auditDatasetJob, { auditId: id }, id) };
  });
}

async function hasPhotographs(datasetId: string, revision: number): Promise<boolean> {
  const first = await db.image.findFirst({
    where: { datasetId, ...photographs, ...imagesAt(revision) },
    select: { id: true },
  });
  return first !== null;
}
