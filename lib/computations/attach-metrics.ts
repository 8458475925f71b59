/** A table of metrics that is put beside a study's scores: reading it takes the web server's time otherwise. */
import { attachMetrics } from "@/lib/votes/metrics/attach-metrics";
import type { MetricsAttachment } from "@/lib/votes/metrics/metrics-fields";

export function compute({
  input,
  actor,
}: {
  input: MetricsAttachment;
  actor: string;
}): ReturnType<typeof attachMetrics> {
  return attachMetrics(input, actor);
}
