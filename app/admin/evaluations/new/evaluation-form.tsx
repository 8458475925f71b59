/** Which samples, against which photographs, by which metrics. */
"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { Button, ButtonLink } from "@/components/button";
import { FieldGroup, SelectField } from "@/components/field";
import { MetricField } from "@/components/metric-field";
import { MissingNetworks } from "@/components/missing-networks";
import { Notice } from "@/components/notice";
import { formatCount } from "@/components/numbers";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import { type MetricName, metricNames, usualMetrics } from "@/lib/metrics/catalogue/metric-catalogue";
import type { ActionFailure } from "@/lib/platform/accounts/protected-action";
import { evaluate } from "../actions";

export function EvaluationForm({
  sampleSets,
  datasets,
  missing,
  initialSetId,
}: {
  sampleSets: { id: string; name: string; datasetId: string; count: number; drawnPx: number }[];
  datasets: { id: string; name: string; pictureCount: number }[];
  missing: MissingWeights;
  initialSetId: string;
}) {
  const router = useRouter();
  const [sampleSetId, setSampleSetId] = useState(initialSetId);
  const [datasetId, setDatasetId] = useState("");
  const [side, setSide] = useState("own");
  const [metrics, setMetrics] = useState<readonly MetricName[]>(firstMetrics(missing));
  const [failure, setFailure] = useState<ActionFailure | null>(null);
  const [pending, setPending] = useState(false);
  const set = sampleSets.find((one) => one.id === sampleSetId);
  const own = datasets.find((one) => one.id === set?.datasetId);
  const real = datasets.find((one) => one.id === datasetId) ?? own;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setPending(true);
    setFailure(null);
    try {
      const result = await evaluate({
        sampleSetId,
        datasetId: datasetId || null,
        metrics: [...metrics],
        sidePx: side === "own" ? null : (Number(side) as 64 | 256),
      });
      if (result.ok) {
        router.push(`/admin/evaluations/${result.value.evaluationId}`);
        return;
      }
      setFailure(result);
    } catch {
      setFailure({
        ok: false,
        code: "unavailable",
        message: "The server did not answer.",
        remedy: "Check the connection and try again.",
      });
    }
    setPending(false);
  }

  const row = (name: MetricName) => (
    <MetricField
      key={name}
      name={name}
      missing={missing}
      checked={metrics.includes(name)}
      onChange={(event) =>
        setMetrics(event.target.checked ? [...metrics, name] : metrics.filter((other) => other !== name))
      }
    />
  );

  return (
    <form onSubmit={submit} noValidate className="grid gap-9">
      <FieldGroup
        title="What"
        text={
          set && real && set.count !== real.pictureCount
            ? "The numbers of pictures differ; figures compare best between equal ones."
            : "Distances are taken between these two sets of pictures."
        }
      >
        <SelectField
          label="Samples"
          value={sampleSetId}
          error={failure?.fields?.sampleSetId}
          onChange={(event) => {
            setSampleSetId(event.target.value);
            setSide("own");
          }}
        >
          {sampleSets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({formatCount(one.count)} pictures)
            </option>
          ))}
        </SelectField>
        <SelectField
          label="Photographs"
          value={datasetId}
          error={failure?.fields?.datasetId}
          onChange={(event) => setDatasetId(event.target.value)}
        >
          <option value="">
            {own
              ? `${own.name} (${formatCount(own.pictureCount)} pictures), whose captions were drawn`
              : "Those whose captions were drawn"}
          </option>
          {datasets
            .filter((one) => one.id !== own?.id)
            .map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} ({formatCount(one.pictureCount)} pictures)
              </option>
            ))}
        </SelectField>
        <SelectField
          label="Compared at"
          value={side}
          error={failure?.fields?.sidePx}
          onChange={(event) => setSide(event.target.value)}
          help="Photographs are reduced to the pictures’ side, so that their sharpness does not count as a difference."
        >
          <option value="own">each picture as it is</option>
          {evaluationSidesPx.map((sidePx) => (
            <option key={sidePx} value={sidePx} disabled={set !== undefined && sidePx > set.drawnPx}>
              {sidePx} px{sidePx === 64 && set && set.drawnPx > 64 ? ", before the upsampler" : ""}
            </option>
          ))}
        </SelectField>
      </FieldGroup>
      <FieldGroup
        title="Metrics"
        text="The three usual ones suit small sets best together: FID for comparability, KID for few pictures, CLIPScore for captions."
      >
        <MissingNetworks missing={missing} />
        <div className="grid gap-4 sm:grid-cols-2">{usualMetrics.map(row)}</div>
        {/* What is ticked at first must be seen. */}
        <details open={firstMetrics(missing).some((name) => !usualMetrics.includes(name))}>
          <summary className="w-fit rounded-sm text-sm text-muted">All metrics</summary>
          <div className="mt-4 grid gap-4 sm:grid-cols-2">
            {metricNames.filter((name) => !usualMetrics.includes(name)).map(row)}
          </div>
        </details>
        {metrics.length === 0 ? (
          <p className="text-[0.8125rem] text-danger">Choose at least one metric.</p>
        ) : null}
      </FieldGroup>
      <div className="grid gap-4 border-t pt-7 lg:ps-[18.5rem]">
        {failure ? (
          <Notice kind="error" title={failure.message}>
            {failure.remedy}
          </Notice>
        ) : null}
        <div className="flex flex-wrap gap-2.5">
          <Button type="submit" variant="primary" pending={pending} disabled={metrics.length === 0}>
            Evaluate
          </Button>
          <ButtonLink href="/admin/evaluations">Back</ButtonLink>
        </div>
      </div>
    </form>
  );
}
