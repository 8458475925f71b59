/** Which weights metrics need, and which metrics a form preselects. */
import {
  type MetricName,
  metricCatalogue,
  metricNames,
  usualMetrics,
} from "@/lib/metrics/catalogue/metric-catalogue";

/** By metric: the title of the network that is not installed, or "the demo". */
export type MissingWeights = Partial<Record<MetricName, string>>;

/**
 * The usual metrics that can be computed; where none can, all that can: with the demo alone, the demo's. Diversity is not among
 * them, since it needs several samples of a caption.
 *
 * @param hasPhotographs without them, metrics that compare with photographs cannot be computed
 */
export function firstMetrics(missing: MissingWeights, hasPhotographs = true): MetricName[] {
  const can = (name: MetricName) =>
    missing[name] === undefined && (hasPhotographs || !metricCatalogue[name].comparesWithReal);
  const usual = usualMetrics.filter(can);
  const isForAll = (name: MetricName) => metricCatalogue[name].measure !== "caption-diversity";
  return usual.length > 0 ? usual : metricNames.filter((name) => can(name) && isForAll(name));
}
