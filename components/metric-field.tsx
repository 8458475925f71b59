/** A metric to tick, with what it says and, where its weights are missing, what it waits for. */
import type { ComponentProps } from "react";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import type { MetricName } from "@/lib/metrics/catalogue/metric-catalogue";
import { metricCatalogue } from "@/lib/metrics/catalogue/metric-catalogue";
import { CheckboxField } from "./field";

export function MetricField({
  name,
  missing,
  field,
  ...input
}: {
  name: MetricName;
  missing: MissingWeights;
  /** Name of the control, for a form that is an address. */
  field?: string;
} & Omit<ComponentProps<"input">, "name">) {
  const waitsFor = missing[name];
  const { label, words } = metricCatalogue[name];
  return (
    <CheckboxField
      label={waitsFor ? `${label} (not installed)` : label}
      help={waitsFor ? `${words} Needs ${waitsFor}.` : words}
      {...(field === undefined ? {} : { name: field })}
      {...input}
    />
  );
}
