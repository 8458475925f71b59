/** What the validations of a run measured. */
import { db } from "@/lib/platform/database/db";

/** Mean losses under the same draws at every validation of the run. */
export type ValidationLoss = {
  /** Steps done; 0 is the model that the run starts from. */
  step: number;
  heldOut: number;
  /** Of as many training images, without dropout. */
  training: number;
  /** In equal parts of the timesteps, the least noisy ones first. */
  heldOutBands: number[];
  trainingBands: number[];
  /** Whether the weights' moving average was measured. */
  isAverage: boolean;
};

/** Ascending by step. @param afterStep of later steps only; absent: all */
export async function readValidations(fineTuneId: string, afterStep = -1): Promise<ValidationLoss[]> {
  return db.validationPoint.findMany({
    where: { fineTuneId, step: { gt: afterStep } },
    orderBy: { step: "asc" },
    omit: { fineTuneId: true },
  });
}
