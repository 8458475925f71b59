/** The loss that a run has come to: the mean over its last steps, since single batches differ a lot. */
import { db } from "@/lib/platform/database/db";

/** Of all steps of the run; at least ten, at most a thousand. */
const shareOfSteps = 0.02;

/** Computes it anew from the losses stored so far. */
export async function storeFinalLoss(
  fineTuneId: string,
  { step, totalSteps }: { step: number; totalSteps: number },
): Promise<void> {
  const steps = Math.min(1000, Math.max(10, Math.ceil(totalSteps * shareOfSteps)));
  const { _avg } = await db.lossPoint.aggregate({
    where: { fineTuneId, step: { gt: step - steps, lte: step } },
    _avg: { loss: true },
  });
  await db.fineTune.updateMany({ where: { id: fineTuneId }, data: { finalLoss: _avg.loss } });
}
