/** The sample set that is drawn. */
import { db } from "@/lib/platform/database/db";
import { hasEnded, type JobSubject } from "@/lib/platform/jobs/job-definition";

export const drawnSampleSet: JobSubject = {
  async names(ids) {
    const rows = await db.sampleSet.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, name: true },
    });
    return new Map(rows.map(({ id, name }) => [id, name]));
  },
  async follow(transaction, id, state, error) {
    const finishedAt = hasEnded(state) ? new Date() : null;
    await transaction.sampleSet.updateMany({ where: { id }, data: { state, error, finishedAt } });
  },
};
