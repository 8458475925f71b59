/** Several batches for one step, where a batch of their size together would not fit into memory. */
import type { TensorData } from "@/lib/engine/graph/tensor-type";
import { type BatchLosses, meanLosses } from "./batch-losses";
import type { TrainingStep } from "./training-step";

type Batch = Readonly<Record<string, TensorData>>;

/**
 * The mean losses of batches of equal size, with the mean of their gradients written into `into`: those of one batch
 * made of all of them, up to rounding; of the term of consistency, those of batches that have no negatives of each other.
 *
 * @param spare arrays like `into`; not touched where there is one batch.
 */
export async function accumulateGradients(
  step: Pick<TrainingStep, "run">,
  weights: ReadonlyMap<string, Float32Array>,
  batches: readonly (() => Promise<Batch>)[],
  into: ReadonlyMap<string, Float32Array>,
  spare: ReadonlyMap<string, Float32Array>,
): Promise<BatchLosses> {
  const losses: BatchLosses[] = [];
  for (const [number, batch] of batches.entries()) {
    losses.push(await step.run(weights, await batch(), number === 0 ? into : spare));
    if (number > 0) {
      for (const [name, sum] of into) {
        const more = spare.get(name)!;
        for (let at = 0; at < sum.length; at++) sum[at]! += more[at]!;
      }
    }
  }
  if (batches.length === 1) return losses[0]!;
  for (const sum of into.values()) {
    for (let at = 0; at < sum.length; at++) sum[at]! /= batches.length;
  }
  return meanLosses(losses);
}
