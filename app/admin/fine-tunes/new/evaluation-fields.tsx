/** The part of a fine-tune's form that has its models evaluated while it trains. */
"use client";

import { CheckboxField, FieldGroup, NumberField, SelectField, TextField } from "@/components/field";
import { MetricField } from "@/components/metric-field";
import { MissingNetworks } from "@/components/missing-networks";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import { type MetricName, metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";
import type { FineTuneValues } from "./fine-tune-values";

/** As `evaluateSides` names them. */
const sides = [
  { value: "own", label: "As they are" },
  { value: "64", label: "64 px" },
  { value: "256", label: "256 px" },
] as const;

type Choice = { id: string; name: string };

export function EvaluationFields({
  text,
  chooseMetrics,
  chooseSides,
  values,
  errors,
  missing,
  datasets,
  others,
}: {
  /** Of the form: a field's properties by its name, and by the name that errors have for it. */
  text: (name: keyof FineTuneValues, path?: string) => object;
  chooseMetrics: (names: MetricName[]) => void;
  chooseSides: (sides: string[]) => void;
  values: FineTuneValues;
  errors: { metrics: string | undefined; sides: string | undefined };
  missing: MissingWeights;
  datasets: Choice[];
  /** Models of the part that is not trained. */
  others: Choice[];
}) {
  const isOn = values.evaluateAtEpochs.trim() !== "";
  const isBase = values.part === "BASE";
  const chosen = values.evaluateMetrics.split(",");
  const chosenSides = values.evaluateSides.split(",");
  const metric = (name: MetricName) => (
    <MetricField
      key={name}
      name={name}
      missing={missing}
      checked={chosen.includes(name)}
      onChange={(event) =>
        chooseMetrics(
          metricNames.filter((one) => (one === name ? event.target.checked : chosen.includes(one))),
        )
      }
    />
  );
  return (
    <FieldGroup
      title="Evaluation on the way"
      text="After these epochs the model draws captions and is scored, as jobs of their own: a curve shows whether more epochs help."
    >
      <TextField
        label="Evaluate after epochs"
        optional
        placeholder="5, 10, 20"
        {...text("evaluateAtEpochs", "evaluation.atEpochs")}
        help="The weights of these epochs are kept. Empty for none."
      />
      {isOn ? (
        <>
          <div className="grid gap-5 sm:grid-cols-2">
            <NumberField
              label="Only the first"
              optional
              placeholder="all"
              unit="captions"
              {...text("evaluateCaptions", "evaluation.captionLimit")}
              help="Each is drawn at every one of these epochs."
            />
            <SelectField
              label="Captions and photographs"
              {...text("evaluateDatasetId", "evaluation.datasetId")}
              help="Photographs that it does not learn from tell more."
            >
              <option value="">Those it learns from</option>
              {datasets.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={isBase ? "Upsampler" : "Base"}
              optional={isBase}
              {...text("evaluateWithId", "evaluation.otherPartId")}
              help={isBase ? "Without one, pictures have 64 px." : "Its pictures are enlarged."}
            >
              <option value="">{isBase ? "None" : "Choose…"}</option>
              {others.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
          </div>
          <fieldset className="grid gap-3">
            <legend className="mb-2 text-sm font-semibold">Compared at</legend>
            <div className="grid gap-3 sm:grid-cols-3">
              {sides.map(({ value, label }) => (
                <CheckboxField
                  key={value}
                  label={label}
                  checked={chosenSides.includes(value)}
                  onChange={(event) =>
                    chooseSides(
                      sides
                        .map((side) => side.value)
                        .filter((side) =>
                          side === value ? event.target.checked : chosenSides.includes(side),
                        ),
                    )
                  }
                />
              ))}
            </div>
            {errors.sides ? <p className="text-[0.8125rem] text-danger">{errors.sides}</p> : null}
          </fieldset>
          <fieldset className="grid gap-3">
            <legend className="mb-2 text-sm font-semibold">Metrics</legend>
            <MissingNetworks missing={missing} />
            <div className="grid gap-3 sm:grid-cols-3">{usualMetrics.map(metric)}</div>
            <details open={firstMetrics(missing).some((name) => !usualMetrics.includes(name))}>
              <summary className="w-fit rounded-sm text-sm text-muted">All metrics</summary>
              <div className="mt-3 grid gap-3 sm:grid-cols-3">
                {metricNames.filter((name) => !usualMetrics.includes(name)).map(metric)}
              </div>
            </details>
            {errors.metrics ? <p className="text-[0.8125rem] text-danger">{errors.metrics}</p> : null}
          </fieldset>
        </>
      ) : null}
    </FieldGroup>
  );
}
