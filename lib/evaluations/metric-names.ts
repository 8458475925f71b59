/** The automatic metrics that an evaluation can ask for, under the names of `semblance evaluate --metrics`. */
export const metricNames = ["fid", "kid", "clip-score"] as const;

export type MetricName = (typeof metricNames)[number];
