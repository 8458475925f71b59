/** Notes on scores: warnings, and the command that installs missing weights. */
import type { MetricScore } from "@/lib/evaluations/list-evaluations";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { Notice } from "./notice";
import { Remedy } from "./remedy";

export function ScoreNotes({ scores }: { scores: MetricScore[] }) {
  const byRemedy = group(scores, (score) => (score.remedy ? [score.remedy] : []));
  const byWarning = group(scores, (score) => score.warnings);
  return (
    <div className="grid grid-cols-1 gap-3">
      {[...byRemedy].map(([remedy, metrics]) => (
        <Notice key={remedy} kind="warning" title={`Not computed: ${metrics.join(", ")}`}>
          <Remedy text={remedy} />
        </Notice>
      ))}
      {[...byWarning].map(([warning, metrics]) => (
        <Notice key={warning} title={`${metrics.join(", ")}: ${warning}`} />
      ))}
    </div>
  );
}

/** Labels of the metrics under each note that they share. */
function group(scores: MetricScore[], notes: (score: MetricScore) => string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const score of scores) {
    for (const note of notes(score)) {
      const { label } = describeMetric(score.metric);
      const labels = groups.get(note) ?? [];
      if (!labels.includes(label)) groups.set(note, [...labels, label]);
    }
  }
  return groups;
}
