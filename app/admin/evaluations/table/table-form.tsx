/** Chooses what a comparison table shows; the choice is the page's address, so that a table can be bookmarked. */
import { Button } from "@/components/button";
import { CheckboxField, FieldGroup } from "@/components/field";
import { MetricField } from "@/components/metric-field";
import { formatCount } from "@/components/numbers";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import type { TableChoice } from "@/lib/evaluations/table-choice";
import { metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";
import type { SampleSetSummary } from "@/lib/samples/list-sample-sets";

const sides = [
  { value: "64", label: "64 px", sidePx: 64, help: "The base’s pictures, before the upsampler." },
  { value: "256", label: "256 px", sidePx: 256, help: "Upsampled pictures." },
  { value: "own", label: "As they are", sidePx: null, help: "Photographs keep their own size." },
] as const;

type Props = {
  sets: SampleSetSummary[];
  choice: TableChoice | null;
  /** Metrics that there are figures of. */
  measured: ReadonlySet<string>;
  missing: MissingWeights;
};

export function TableForm({ sets, choice, measured, missing }: Props) {
  const others = metricNames.filter((name) => !usualMetrics.includes(name));
  const suggested = measured.size > 0 && !measured.has("fid") ? measured : new Set(["fid"]);
  const isChosen = (name: (typeof metricNames)[number]) =>
    choice ? choice.metrics.includes(name) : suggested.has(name);
  const metric = (name: (typeof metricNames)[number]) => (
    <MetricField
      key={name}
      name={name}
      missing={missing}
      field="metric"
      value={name}
      defaultChecked={isChosen(name)}
    />
  );
  return (
    <form action="/admin/evaluations/table" className="grid gap-9">
      <FieldGroup title="Sample sets" text="At most 24. FID compares sets of equal numbers of pictures only.">
        <div className="grid gap-3 sm:grid-cols-2">
          {sets.map((set) => (
            <CheckboxField
              key={set.id}
              name="set"
              value={set.id}
              label={set.name}
              help={`${formatCount(set.drawn)} pictures of ${set.drawnPx} px, captions of ${set.dataset.name}`}
              defaultChecked={choice?.sets.some(({ id }) => id === set.id) ?? false}
            />
          ))}
        </div>
      </FieldGroup>
      <FieldGroup title="Sides" text="Photographs are brought to the same side as the pictures.">
        <div className="grid gap-3 sm:grid-cols-3">
          {sides.map(({ value, label, sidePx, help }) => (
            <CheckboxField
              key={value}
              name="side"
              value={value}
              label={label}
              help={help}
              defaultChecked={choice ? choice.sidesPx.includes(sidePx) : sidePx !== null}
            />
          ))}
        </div>
      </FieldGroup>
      <FieldGroup title="Metrics">
        <div className="grid gap-4 sm:grid-cols-2">{usualMetrics.map(metric)}</div>
        <details open={others.some(isChosen)}>
          <summary className="w-fit rounded-sm text-sm text-muted">All metrics</summary>
          <div className="mt-4 grid gap-4 sm:grid-cols-2">{others.map(metric)}</div>
        </details>
      </FieldGroup>
      <div className="border-t pt-7 lg:ps-[18.5rem]">
        <Button type="submit" variant="primary">
          Show the table
        </Button>
      </div>
    </form>
  );
}
