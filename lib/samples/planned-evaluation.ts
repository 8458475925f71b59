/** Evaluations that a sample set asks for by itself as soon as its pictures are there. */
import { z } from "zod";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import { metricNames } from "@/lib/evaluations/metric-names";
import { transactionWithJobs } from "@/lib/platform/jobs/queue";

export const plannedEvaluation = z.object({
  /** The real photographs; null: those of the dataset whose captions are drawn. */
  datasetId: z.uuid().nullable().default(null),
  metrics: z.array(z.enum(metricNames)).min(1, "Choose at least one metric."),
  /** One evaluation for each; null compares pictures as they are. */
  sidesPx: z
    .array(z.union([z.null(), z.literal(evaluationSidesPx)]))
    .min(1)
    .default([null]),
});

export type PlannedEvaluation = z.infer<typeof plannedEvaluation>;

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
      await enqueue("evaluate", { evaluationId: id }, id);
    }
    await transaction.$executeRaw`UPDATE "SampleSet" SET "plannedEvaluation" = NULL WHERE "id" = ${sampleSetId}::uuid`;
  });
}
