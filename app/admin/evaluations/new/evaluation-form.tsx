/** Which samples, against which photographs, by which metrics. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { CategoryField } from "@/components/category-field";
import { MetricFields } from "@/components/evaluations/metric-fields";
import { FieldGroup } from "@/components/field";
import { type Codec, wordsOrNull } from "@/components/form/codecs";
import { FormEnd } from "@/components/form/form-end";
import { FormSelect } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { plural } from "@/components/numbers";
import { SplitField } from "@/components/split-field";
import type { CategoryCount } from "@/lib/datasets/list-categories";
import { startEvaluationInput } from "@/lib/evaluations/evaluation-fields";
import { evaluationSidesPx } from "@/lib/evaluations/evaluation-side";
import { firstMetrics, type MissingWeights } from "@/lib/evaluations/missing-weights";
import type { Split } from "@/lib/generated/prisma/enums";
import { evaluate } from "../actions";

type SidePx = (typeof evaluationSidesPx)[number] | null;

const side: Codec<SidePx> = {
  parse: (text) => evaluationSidesPx.find((sidePx) => String(sidePx) === text) ?? null,
  format: (value) => String(value ?? "own"),
};

export function EvaluationForm({
  sampleSets,
  datasets,
  missing,
  initialSetId,
}: {
  sampleSets: {
    id: string;
    name: string;
    datasetId: string;
    captionSplit: Split | null;
    captionCategories: string[];
    count: number;
    drawnPx: number;
  }[];
  datasets: {
    id: string;
    name: string;
    imageCount: number;
    trainingCount: number;
    categories: readonly CategoryCount[];
  }[];
  missing: MissingWeights;
  initialSetId: string;
}) {
  const router = useRouter();
  /** Photographs of the chosen dataset, or of the one whose captions the samples are for. */
  const photographsOf = (sampleSetId: string, datasetId: string | null | undefined) => {
    const id = datasetId ?? sampleSets.find((one) => one.id === sampleSetId)?.datasetId;
    return datasets.find((one) => one.id === id)?.imageCount ?? 0;
  };
  const form = useActionForm({
    schema: startEvaluationInput,
    defaultValues: {
      sampleSetId: initialSetId,
      datasetId: null,
      split: sampleSets.find(({ id }) => id === initialSetId)?.captionSplit ?? null,
      captionCategories: sampleSets.find(({ id }) => id === initialSetId)?.captionCategories ?? [],
      metrics: firstMetrics(missing, photographsOf(initialSetId, null) > 0),
      sidePx: null,
    },
    submit: evaluate,
    onSuccess: ({ evaluationId }) => router.push(`/admin/evaluations/${evaluationId}`),
  });
  const { control } = form;
  const [sampleSetId, datasetId, split, captionCategories = []] = useWatch({
    control,
    name: ["sampleSetId", "datasetId", "split", "captionCategories"],
  });
  const set = sampleSets.find((one) => one.id === sampleSetId);
  const own = datasets.find((one) => one.id === set?.datasetId);
  const real = datasets.find((one) => one.id === datasetId) ?? own;
  const realCount = real?.imageCount ?? 0;
  /** What cannot be computed without photographs is not ticked, as long as nobody has chosen otherwise. */
  const chooseMetrics = (setId: string, realId: string | null | undefined) => {
    const usual = firstMetrics(missing, realCount > 0);
    if (form.getValues("metrics")?.join() !== usual.join()) return;
    form.setValue("metrics", firstMetrics(missing, photographsOf(setId, realId) > 0));
  };
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup
        title="What to compare"
        text={
          realCount === 0
            ? "Without photographs, metrics compare the samples with their captions."
            : set && split === null && captionCategories.length === 0 && set.count !== realCount
              ? "The two sets differ in size. Scores are best compared at equal numbers of images."
              : "Metrics compare these two sets of images."
        }
      >
        <FormSelect
          control={control}
          name="sampleSetId"
          label="Samples"
          onValue={(chosen) => {
            form.setValue("sidePx", null);
            const next = sampleSets.find((one) => one.id === chosen);
            form.setValue("split", next?.captionSplit ?? null);
            form.setValue("captionCategories", next?.captionCategories ?? []);
            chooseMetrics(chosen, datasetId);
          }}
        >
          {sampleSets.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({plural(one.count, "image", "images")})
            </option>
          ))}
        </FormSelect>
        <FormSelect
          control={control}
          name="datasetId"
          codec={wordsOrNull}
          label="Photographs"
          onValue={(chosen) => {
            form.setValue("split", null);
            chooseMetrics(sampleSetId, chosen);
          }}
        >
          <option value="">
            {own?.imageCount === 0
              ? `None: “${own.name}” has captions alone`
              : own
                ? `${own.name} (${plural(own.imageCount, "image", "images")}), the dataset of the captions`
                : "The dataset of the captions"}
          </option>
          {datasets
            .filter((one) => one.id !== own?.id && one.imageCount > 0)
            .map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} ({plural(one.imageCount, "image", "images")})
              </option>
            ))}
        </FormSelect>
        <SplitField
          control={control}
          name="split"
          dataset={real}
          label="Which photographs"
          help={
            real && real.id === own?.id
              ? "Only samples for captions of these photographs are scored."
              : "All samples are scored."
          }
        />
        <CategoryField
          key={own?.id}
          control={control}
          name="captionCategories"
          categories={own?.categories ?? []}
        />
        <FormSelect
          control={control}
          name="sidePx"
          codec={side}
          label="Compared at"
          help="Photographs are downsampled to the size of the samples, so that their sharpness does not count as a difference."
        >
          <option value="own">without resizing</option>
          {evaluationSidesPx.map((sidePx) => (
            <option key={sidePx} value={sidePx} disabled={set !== undefined && sidePx > set.drawnPx}>
              {sidePx} px{sidePx === 64 && set && set.drawnPx > 64 ? ", before the upsampler" : ""}
            </option>
          ))}
        </FormSelect>
      </FieldGroup>
      <FieldGroup
        title="Metrics"
        text={
          realCount === 0
            ? "Metrics that compare with photographs, such as FID and KID, give no score without any."
            : "The three defaults complement each other: FID for comparability, KID for small sets, CLIPScore for captions."
        }
      >
        <MetricFields control={control} name="metrics" missing={missing} hidesLegend />
      </FieldGroup>
      <FormEnd form={form} label="Evaluate" back="/admin/evaluations" />
    </form>
  );
}
