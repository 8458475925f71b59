/** Scores of a run's models across its epochs: a chart and a table for every metric and every way of drawing. */
import { Notice } from "@/components/notice";
import { Section } from "@/components/page-header";
import { Panel } from "@/components/panel";
import { type EpochCurve, listEpochCurves } from "@/lib/evaluations/epoch-curves";
import { describeMetric } from "@/lib/metrics/catalogue/metric-catalogue";
import { EpochChart } from "./epoch-chart";

/**
 * Nothing where no model of the run has been scored.
 *
 * @param of absent: every curve; else those of evaluations against these photographs at this side
 */
export async function EpochCurves({
  fineTuneId,
  runName,
  of,
}: {
  fineTuneId: string;
  runName: string;
  of?: { datasetId: string; sidePx: number | null };
}) {
  const all = await listEpochCurves(fineTuneId);
  const curves = of
    ? all.filter(({ datasetId, sidePx }) => datasetId === of.datasetId && sidePx === of.sidePx)
    : all;
  const drawn = curves.filter(({ points }) => points.length > 1);
  if (curves.length === 0) return null;
  return (
    <Section
      title="Across epochs"
      text={`Checkpoints of ${runName} after different epochs, sampled and compared in the same way. Bars are 95% intervals of each model separately: if they overlap a lot, more epochs may have changed nothing.`}
    >
      {drawn.length === 0 ? (
        <Notice title="Only one checkpoint of this run has been evaluated so far; a curve needs two.">
          Evaluate samples of another epoch with the same captions, seeds and settings.
        </Notice>
      ) : (
        <div className="grid grid-cols-1 items-start gap-4 xl:grid-cols-2">
          {drawn.map((curve) => (
            <Curve key={JSON.stringify([curve.metric, curve.conditions, curve.points[0]])} curve={curve} />
          ))}
        </div>
      )}
    </Section>
  );
}

function Curve({ curve: { metric, conditions, points, sameRecipe } }: { curve: EpochCurve }) {
  const { label, better } = describeMetric(metric);
  return (
    <Panel>
      <h3 className="font-semibold">{label}</h3>
      <p className="mb-3 text-[0.8125rem] text-muted">
        {better} is better; {conditions.join(", ")}
      </p>
      <EpochChart label={label} points={points} />
      {sameRecipe ? null : (
        <div className="mt-3">
          <Notice kind="warning" title="These scores were computed in different ways and are not comparable.">
            Evaluate the checkpoints again, with the same networks and settings.
          </Notice>
        </div>
      )}
    </Panel>
  );
}
