/** Asks for the evaluations that a sample set has planned, as soon as its samples are there. */
import { evaluateJob } from "@/jobs/evaluate/job";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";
import { plannedEvaluation } from "@/lib/samples/planned-evaluation";

/** Enqueues what the set has planned, once: called again, by another worker too, it finds nothing more to do. */
export async function startPlannedEvaluation(sampleSetId: string): Promise<void> {
  await transactionWithJobs(async (transaction, enqueue) => {
    await transaction.$queryRaw`SELECT 1 FROM "SampleSet" WHERE "id" = ${sampleSetId}::uuid FOR UPDATE`;
    const set = await transaction.sampleSet.findUnique({ where: { id: sampleSetId } });
    if (!set?.plannedEvaluation) return;
    const { datasetId, metrics, sidesPx } = plannedEvaluation.parse(set.plannedEvaluation);
    for (const sidePx of sidesPx) {
      const { id } = await transaction.evaluation.create({
        data: { sampleSetId, datasetId: datasetId ?? set.datasetId, metrics, sidePx },
      });
      await enqueue(evaluateJob, { evaluationId: id }, id);
    }
    await transaction.$executeRaw`UPDATE "SampleSet" SET "plannedEvaluation" = NULL WHERE "id" = ${sampleSetId}::uuid`;
  });
}
