/** Asks for the evaluations that a sample set has planned, as soon as its samples are there. */
import { evaluateJob } from "@/jobs/evaluate/job";
import type { Transaction } from "@/lib/platform/database/db";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { plannedEvaluation } from "@/lib/samples/planned-evaluation";

/** Enqueues what the set has planned, once: called again, by another worker too, it finds nothing more to do. */
export async function startPlannedEvaluation(sampleSetId: string): Promise<void> {
  await transactionWithJobs(async (transaction, enqueue) => {
    await transaction.$queryRaw`SELECT 1 FROM "SampleSet" WHERE "id" = ${sampleSetId}::uuid FOR UPDATE`;
    const set = await transaction.sampleSet.findUnique({ where: { id: sampleSetId } });
    if (!set?.plannedEvaluation) return;
    const { datasetId, split, metrics, sidesPx } = plannedEvaluation.parse(set.plannedEvaluation);
    const real = await realPhotographs(transaction, set, datasetId ?? set.datasetId);
    for (const sidePx of sidesPx) {
      const { id } = await transaction.evaluation.create({
        data: { sampleSetId, ...real, split, metrics, sidePx },
      });
      await enqueue(evaluateJob, { evaluationId: id }, id);
    }
    await transaction.$executeRaw`UPDATE "SampleSet" SET "plannedEvaluation" = NULL WHERE "id" = ${sampleSetId}::uuid`;
  });
}

/** Of the set's own dataset the revision that was drawn, so that epochs of one run are compared with the same photographs. */
async function realPhotographs(
  transaction: Transaction,
  set: { datasetId: string; datasetRevision: number },
  datasetId: string,
): Promise<{ datasetId: string; datasetRevision: number }> {
  if (datasetId === set.datasetId) return { datasetId, datasetRevision: set.datasetRevision };
  const { revision } = await transaction.dataset.findUniqueOrThrow({ where: { id: datasetId } });
  return { datasetId, datasetRevision: revision };
}
