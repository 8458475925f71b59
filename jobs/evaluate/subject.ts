/** The evaluation that is computed, named after the sample set that it scores. */
import { db } from "@/lib/platform/database/db";
import { hasEnded, type JobSubject } from "@/lib/platform/jobs/job-definition";

export const computedEvaluation: JobSubject = {
  async names(ids) {
    const rows = await db.evaluation.findMany({
      where: { id: { in: [...ids] } },
      select: { id: true, sampleSet: { select: { name: true } } },
    });
    return new Map(rows.map(({ id, sampleSet }) => [id, sampleSet.name]));
  },
  async follow(transaction, id, state, error) {
    const finishedAt = hasEnded(state) ? new Date() : null;
    await transaction.evaluation.updateMany({ where: { id }, data: { state, error, finishedAt } });
  },
  async missing(ids) {
    const counts = await db.score.groupBy({
      by: ["evaluationId"],
      where: { evaluationId: { in: [...ids] }, value: null },
      _count: true,
    });
    return new Map(counts.map(({ evaluationId, _count }) => [evaluationId, _count]));
  },
};
