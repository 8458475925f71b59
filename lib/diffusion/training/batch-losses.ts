/** What a training step measures of a batch. */

export type BatchLosses = {
  /** The diffusion model's: the error of the predicted noise, and the bound. */
  readonly loss: number;
  /** See captionConsistency; null where no image of the batch has two captions, or where a run has no such term. */
  readonly consistencyLoss: number | null;
};

/** The mean of the batches of a step, each over those that have a value. */
export function meanLosses(batches: readonly BatchLosses[]): BatchLosses {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const consistency = batches.flatMap(({ consistencyLoss }) => consistencyLoss ?? []);
  return {
    loss: mean(batches.map(({ loss }) => loss)),
    consistencyLoss: consistency.length === 0 ? null : mean(consistency),
  };
}
