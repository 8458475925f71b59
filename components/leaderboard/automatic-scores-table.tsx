/** Scores of the metrics, next to people's ratings. */
import { Notice } from "@/components/notice";
import { formatMeasure, plural } from "@/components/numbers";
import { Remedy } from "@/components/remedy";
import { ScrollRegion } from "@/components/scroll-region";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import type { AutomaticScore } from "@/lib/votes/leaderboard/get-leaderboard-study";

export function AutomaticScoresTable({ arms }: { arms: { arm: string; scores: AutomaticScore[] }[] }) {
  const metrics = [...new Set(arms.flatMap(({ scores }) => scores.map((score) => score.metric)))].sort();
  const missing = new Set(arms.flatMap(({ scores }) => scores.flatMap((score) => score.remedy ?? [])));
  const warnings = new Set(arms.flatMap(({ scores }) => scores.flatMap((score) => score.warnings)));
  return (
    <div className="grid gap-4">
      <ScrollRegion label="Automatic metrics">
        <table className="w-full border-collapse text-sm">
          <caption className="sr-only">Automatic metrics of each arm</caption>
          <thead>
            <tr className="border-b text-left text-[0.8125rem] text-muted">
              <th scope="col" className="px-4 py-2.5 font-medium">
                Arm
              </th>
              {metrics.map((metric) => (
                <th scope="col" key={metric} className="px-4 py-2.5 text-end font-medium">
                  {describeMetric(metric).label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {arms.map(({ arm, scores }) => (
              <tr key={arm} className="border-b last:border-b-0">
                <th scope="row" className="px-4 py-3 text-left font-medium">
                  {arm}
                </th>
                {metrics.map((metric) => (
                  <td key={metric} className="numeric px-4 py-3 text-end whitespace-nowrap">
                    <ScoreCell score={scores.find((score) => score.metric === metric)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      <p className="text-[0.8125rem] text-muted">
        95% intervals over captions. For distances between sets, they cover the expected value at this number
        of images, including its bias.
      </p>
      {[...warnings].map((warning) => (
        <Notice key={warning} kind="warning" title={warning} />
      ))}
      {[...missing].map((remedy) => (
        <Notice key={remedy} title="Some scores are missing">
          <Remedy text={remedy} />
        </Notice>
      ))}
    </div>
  );
}

function ScoreCell({ score }: { score: AutomaticScore | undefined }) {
  if (!score || score.value === null) return <span className="text-faint">—</span>;
  return (
    <>
      <span className="block">{formatMeasure(score.value)}</span>
      <span className="block text-xs text-muted">
        {score.low !== null && score.high !== null
          ? `${formatMeasure(score.low)} to ${formatMeasure(score.high)} · `
          : ""}
        {countsOf(score)}
      </span>
    </>
  );
}

/** Scores of captions know no photographs. */
function countsOf({ realCount, generatedCount }: AutomaticScore): string {
  const generated = plural(generatedCount, "image", "images");
  return realCount > 0 ? `${generated}, ${plural(realCount, "photograph", "photographs")}` : generated;
}
