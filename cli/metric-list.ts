/** The metrics as the help of a verb lists them. */
import { metricCatalogue, metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";

/** What verbs compute that are not told otherwise. */
export const defaultMetrics = usualMetrics.join(",");

/** A line for each metric: its name and what it says. */
export function metricList(): string {
  const width = Math.max(...metricNames.map(({ length }) => length));
  return metricNames.map((name) => `  ${name.padEnd(width)}  ${metricCatalogue[name].words}`).join("\n");
}
