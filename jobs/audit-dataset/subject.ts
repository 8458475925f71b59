/** The audit that is computed, named after its dataset. */
import { db } from "@/lib/platform/database/db";
import { hasEnded, type JobSubject } from "@/lib/platform/jobs/job-definition";

export const computedAudit: JobSubject = {
  async names(ids) {
    const rows = await db.datasetAudit.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, dataset: { select: { name: true } } },
    });
    return new Map(rows.map(({ id, dataset }) => [id, dataset.name]));
  },
  async follow(transaction, id, state, error) {
    const finishedAt = hasEnded(state) ? new Date() : null;
    await transaction.datasetAudit.updateMany({ where: { id }, data: { state, error, finishedAt } });
  },
};
