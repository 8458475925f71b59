/** Asks for samples of a model that a run has just written, and for their evaluation. */
import { sampleJob } from "@/jobs/sample/job";
import type { RunEvaluation } from "@/lib/fine-tunes/run-evaluation";
import type { ModelPart } from "@/lib/generated/prisma/enums";
import type { Transaction } from "@/lib/platform/database/db";
import type { Enqueue } from "@/lib/platform/jobs/queue";
import { drawnCaptions } from "@/lib/samples/drawn-captions";

type Run = { id: string; part: ModelPart; datasetId: string; evaluatedRevision: number | null };
type Model = { id: string; name: string };

/** In the transaction that makes the model's row, so that a run that is resumed asks no second time. */
export async function startRunEvaluation(
  run: Run,
  plan: RunEvaluation,
  model: Model,
  transaction: Transaction,
  enqueue: Enqueue,
): Promise<void> {
  const datasetId = plan.datasetId ?? run.datasetId;
  const datasetRevision = run.evaluatedRevision!;
  const captions = await transaction.caption.count({
    where: drawnCaptions({ datasetId, datasetRevision, allCaptions: false, captionSplit: plan.split }).where,
  });
  const captionCount = Math.min(captions, plan.captionLimit ?? captions);
  const { split, metrics, sidesPx, sampling } = plan;
  const set = await transaction.sampleSet.create({
    data: {
      name: await findFreeName(model.name, transaction),
      datasetId,
      datasetRevision,
      baseCheckpointId: run.part === "BASE" ? model.id : plan.otherPartId!,
      upsamplerCheckpointId: run.part === "BASE" ? plan.otherPartId : model.id,
      settings: sampling,
      captionSplit: split,
      captionLimit: plan.captionLimit,
      requested: captionCount * sampling.samplesPerCaption,
      plannedEvaluation: { datasetId, split, metrics, sidesPx },
    },
  });
  await enqueue(sampleJob, { sampleSetId: set.id }, set.id);
}

/** Somebody may have drawn a set of this name by hand. */
async function findFreeName(wanted: string, transaction: Transaction): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted} (${number})`;
    if ((await transaction.sampleSet.count({ where: { name } })) === 0) return name;
  }
}
