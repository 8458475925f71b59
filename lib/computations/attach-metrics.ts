/** A table of metrics that is put beside a study's scores: reading it would take too much of the web server’s time. */
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
