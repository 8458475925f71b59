/** Which weights metrics need, and which metrics a form preselects. */
import { type MetricName, metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";

/** By metric: the title of the network that is not installed, or "the demo". */
export type MissingWeights = Partial<Record<MetricName, string>>;

/** The usual metrics that can be computed; where none can, all that can: with the demo alone, the demo's. */
export function firstMetrics(missing: MissingWeights): MetricName[] {
  const can = (name: MetricName) => missing[name] === undefined;
  const usual = usualMetrics.filter(can);
  return usual.length > 0 ? usual : metricNames.filter(can);
}
