/** Makes the next revision of a dataset; how it differs from the one before is the caller's business. */
import { SemblanceError } from "@/lib/errors";
import { appendAuditEntry, nothingChanged } from "@/lib/platform/audit/append-audit-entry";
import type { Transaction } from "@/lib/platform/database/db";
import { requestContext } from "@/lib/platform/request/request-context";
import { followContents, recountContents } from "../count-contents";
import { type ChangeCounts, changesToText } from "./dataset-changes";

/** `revision` is the newest one, which is the same as before where everything was as wished already. */
export type Revised = { revision: number; counts: ChangeCounts };

/** Of 100,000 images on a slow disk. */
export const revisionTimeoutMs = 120_000;

/**
 * In the caller's transaction; further revisions of the dataset wait for its end.
 *
 * @param reason why, for the dataset's history; may be empty
 * @param imageIds of images that may change
 * @param change writes rows of revision `next`, and says how much it changed
 * @throws SemblanceError `not_found`, or `conflict` for a dataset that is not ready
 */
export async function makeRevision(
  transaction: Transaction,
  datasetId: string,
  reason: string,
  imageIds: readonly string[] | "all",
  change: (next: number) => Promise<ChangeCounts>,
): Promise<Revised> {
  const dataset = await lockDataset(transaction, datasetId);
  const next = dataset.revision + 1;
  const count =
    imageIds === "all"
      ? () => recountContents(transaction, datasetId)
      : await followContents(transaction, datasetId, imageIds);
  const counts = await change(next);
  if (Object.values(counts).every((count) => count === 0)) {
    nothingChanged();
    return { revision: dataset.revision, counts };
  }
  await transaction.dataset.update({ where: { id: datasetId }, data: { revision: next } });
  await transaction.datasetRevision.create({
    data: { datasetId, number: next, actor: requestContext()?.actor ?? "system", reason, counts },
  });
  await count();
  await appendAuditEntry(transaction, {
    action: "dataset.revised",
    subject: { kind: "dataset", id: datasetId, name: dataset.name },
    detail: { revision: next, changes: changesToText(counts), reason },
  });
  return { revision: next, counts };
}

async function lockDataset(
  transaction: Transaction,
  id: string,
): Promise<{ name: string; revision: number }> {
  await transaction.$queryRaw`SELECT 1 FROM "Dataset" WHERE "id" = ${id}::uuid FOR UPDATE`;
  const dataset = await transaction.dataset.findUnique({ where: { id } });
  if (!dataset) throw new SemblanceError("not_found", "There is no such dataset.");
  if (dataset.state === "READY") return dataset;
  throw new SemblanceError("conflict", `The dataset “${dataset.name}” is not ready.`, {
    remedy: dataset.state === "IMPORTING" ? "Wait until its import is done." : "Import it again; it failed.",
  });
}
