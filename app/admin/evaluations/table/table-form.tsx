/** Chooses what a comparison table shows; the choice is the page's address, so that a table can be bookmarked. */
"use client";

import { useRouter } from "next/navigation";
import { CategoryField } from "@/components/category-field";
import { MetricFields } from "@/components/evaluations/metric-fields";
import { FieldGroup } from "@/components/field";
import { FormCheckboxes } from "@/components/form/form-checkboxes";
import { FormEnd } from "@/components/form/form-end";
import { useActionForm } from "@/components/form/use-action-form";
import { plural } from "@/components/numbers";
import { SplitField } from "@/components/split-field";
import type { CategoryCount } from "@/lib/datasets/list-categories";
import type { MissingWeights } from "@/lib/evaluations/missing-weights";
import {
  mostTableSets,
  type TableChoice,
  tableChoice,
  writeTableChoice,
} from "@/lib/evaluations/table-choice";
import type { MetricName } from "@/lib/metrics/catalogue/metric-catalogue";

const sides = [
  { value: 64, label: "64 px", help: "Samples of the base, before upsampling." },
  { value: 256, label: "256 px", help: "Upsampled samples." },
  { value: null, label: "No resizing", help: "Photographs keep their own size." },
] as const;

type Values = {
  sets: string[];
  split: TableChoice["split"];
  captionCategories: string[];
  sidesPx: TableChoice["sidesPx"];
  metrics: MetricName[];
};

export function TableForm({
  sets,
  categories,
  choice,
  suggestedMetrics,
  missing,
}: {
  sets: { id: string; name: string; drawn: number; drawnPx: number; dataset: { name: string } }[];
  /** Of the captions of any set. */
  categories: readonly CategoryCount[];
  choice: TableChoice | null;
  /** Ticked where nothing has been chosen yet. */
  suggestedMetrics: MetricName[];
  missing: MissingWeights;
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: tableChoice,
    defaultValues: {
      sets: choice?.sets.map(({ id }) => id) ?? [],
      split: choice?.split ?? null,
      captionCategories: choice?.captionCategories ?? [],
      sidesPx: choice?.sidesPx ?? [64, 256],
      metrics: choice?.metrics ?? suggestedMetrics,
    },
    toInput: ({ sets, ...rest }: Values) => ({ ...rest, sets: sets.map((id) => ({ id })) }),
    submit: async (chosen) => ({ ok: true, value: tableChoice.parse(chosen) }),
    onSuccess: (chosen) => router.push(`/admin/evaluations/table?${writeTableChoice(chosen)}`),
  });
  const { control } = form;
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup
        title="Sample sets"
        text={`At most ${mostTableSets}. FID compares sets of equal numbers of images only.`}
      >
        <FormCheckboxes
          control={control}
          name="sets"
          legend="Sample sets"
          hidesLegend
          className="grid gap-3 sm:grid-cols-2"
          choices={sets.map((set) => ({
            value: set.id,
            label: set.name,
            help: `${plural(set.drawn, "image", "images")} of ${set.drawnPx} px, captions of ${set.dataset.name}`,
          }))}
        />
        <SplitField
          control={control}
          name="split"
          dataset={undefined}
          label="Photographs"
          help="The photographs that samples are compared with."
        />
        <CategoryField control={control} name="captionCategories" categories={categories} />
      </FieldGroup>
      <FieldGroup title="Image sizes" text="Photographs are downsampled to the size of the samples.">
        <FormCheckboxes control={control} name="sidesPx" legend="Image sizes" hidesLegend choices={sides} />
      </FieldGroup>
      <FieldGroup title="Metrics">
        <MetricFields control={control} name="metrics" missing={missing} hidesLegend />
      </FieldGroup>
      <FormEnd form={form} label="Show the table" />
    </form>
  );
}
