/** The automatic metrics that an evaluation can ask for: the names of lib/metrics/metric-catalogue.ts, by test. */
export const metricNames = [
  "fid",
  "fid-tensorflow",
  "fid-clean",
  "kid",
  "kid-tensorflow",
  "precision",
  "recall",
  "density",
  "coverage",
  "inception-score",
  "clip-score",
  "clip-score-glide",
  "r-precision",
  "cmmd",
  "cmmd-unbiased",
  "fd-clip",
  "fd-dinov2",
  "nearest-real",
  "grounding",
  "copy-check",
  "clip-score-demo",
  "fd-demo",
  "kid-demo",
] as const;

export type MetricName = (typeof metricNames)[number];

/** The ones that small sets of photographs need first. */
export const usualMetrics: readonly MetricName[] = ["fid", "kid", "clip-score"];
