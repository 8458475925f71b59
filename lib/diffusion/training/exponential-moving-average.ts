/** The exponential moving average of the weights, which samples better than the weights of any one step. */
import { updateAverage } from "./update-kernels";

/**
 * The decay of update number `update` (from 0): `decay`, but less during the first updates, so that an average that
 * starts at the initial weights soon forgets them. Without it an average of decay 0.9999 still holds 90% of the
 * start after 1000 steps. The form is TensorFlow's (tf.train.ExponentialMovingAverage with num_updates).
 */
export function warmedUpDecay(decay: number, update: number): number {
  return Math.min(decay, (1 + update) / (10 + update));
}

/**
 * average ← average + (1 - decay) (weights - average), for every tensor of `averages`, in float32. Stored more
 * coarsely the average would stand still: (1 - 0.9999) of a difference is below half a step of bfloat16.
 */
export function updateMovingAverage(
  averages: ReadonlyMap<string, Float32Array>,
  weights: ReadonlyMap<string, Float32Array>,
  decay: number,
): void {
  for (const [name, average] of averages) updateAverage(average, weights.get(name)!, 1 - decay);
}
