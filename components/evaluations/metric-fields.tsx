/** The metrics to tick in a form, the usual ones first, each with its description and the network that it needs. */
"use client";

import { useState } from "react";
import type { FieldPath, FieldValues } from "react-hook-form";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import {
  type MetricName,
  metricCatalogue,
  metricNames,
  usualMetrics,
} from "@/lib/metrics/catalogue/metric-catalogue";
import { FormCheckboxes } from "../form/form-checkboxes";
import { type Bound, useField } from "../form/form-fields";

import { MissingNetworks } from "../missing-networks";

const ordered = [...usualMetrics, ...metricNames.filter((name) => !usualMetrics.includes(name))];

/**
 * @param name of a field whose value is a list of metrics
 * @param columns classes of the grid that the boxes are in
 */
export function MetricFields<Values extends FieldValues, Name extends FieldPath<Values>>({
  control,
  name,
  missing,
  hidesLegend = false,
  columns = "grid gap-4 sm:grid-cols-2",
}: Bound<Values, Name> & { missing: MissingWeights; hidesLegend?: boolean; columns?: string }) {
  const { field } = useField({ control, name });
  // What is ticked at first must be seen.
  const [isOpen] = useState(() =>
    [field.value ?? []].flat().some((each: MetricName) => !usualMetrics.includes(each)),
  );
  return (
    <FormCheckboxes
      control={control}
      name={name}
      legend="Metrics"
      hidesLegend={hidesLegend}
      choices={ordered.map((value) => ({ value, ...metricChoice(value, missing[value]) }))}
    >
      {(boxes) => (
        <>
          <MissingNetworks missing={missing} />
          <div className={columns}>{boxes.slice(0, usualMetrics.length)}</div>
          <details open={isOpen}>
            <summary className="w-fit rounded-sm text-sm text-muted">All metrics</summary>
            <div className={`mt-4 ${columns}`}>{boxes.slice(usualMetrics.length)}</div>
          </details>
        </>
      )}
    </FormCheckboxes>
  );
}

function metricChoice(name: MetricName, waitsFor: string | undefined) {
  const { label, words } = metricCatalogue[name];
  return waitsFor
    ? { label: `${label} (not installed)`, help: `${words} Needs ${waitsFor}.` }
    : { label, help: words };
}
