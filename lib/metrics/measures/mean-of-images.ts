/** The measurement that is a mean of one value per image. */
import { type Clusters, meanInterval } from "../intervals/intervals";
import type { Measurement } from "../scores/score";

export function meanOfImages(
  values: Float64Array,
  clusters: Clusters,
): Measurement & { perImage: Float64Array } {
  return { value: meanOf(values), interval: meanInterval(values, clusters), perImage: values };
}

export function meanOf(values: Float64Array): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
