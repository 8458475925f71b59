/** A metric to tick, with what it says and, where its weights are missing, what it waits for. */
import type { ComponentProps } from "react";
import type { MetricName } from "@/lib/evaluations/metric-names";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import { CheckboxField } from "./field";
import { metricTexts } from "./metric-text";

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
  const { label, text } = metricTexts[name];
  return (
    <CheckboxField
      label={waitsFor ? `${label} (not installed)` : label}
      help={waitsFor ? `${text} Needs ${waitsFor}.` : text}
      {...(field === undefined ? {} : { name: field })}
      {...input}
    />
  );
}
