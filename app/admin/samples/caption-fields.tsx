/** Which captions are drawn: those of a dataset, of all its photographs or some, and completed by which masks. */
"use client";

import { type UseFormReturn, useWatch } from "react-hook-form";
import { CategoryField } from "@/components/category-field";
import { FormCheckbox, FormSelect } from "@/components/form/form-fields";
import { formatCount } from "@/components/numbers";
import { SplitField } from "@/components/split-field";
import type { CategoryCount } from "@/lib/datasets/list-categories";
import type { SampleSetValues } from "@/lib/samples/sample-fields";
import { MaskField, type OfferedMasks } from "./mask-field";

export type OfferedDataset = {
  id: string;
  name: string;
  firstCaptionCount: number;
  captionCount: number;
  imageCount: number;
  trainingCount: number;
  categories: readonly CategoryCount[];
};

type CaptionValues = Pick<
  SampleSetValues,
  "datasetId" | "allCaptions" | "captionSplit" | "captionCategories" | "maskSetId"
>;

export function CaptionFields<Values extends CaptionValues>({
  form,
  datasets,
  maskSets,
  splitHelp,
}: {
  form: UseFormReturn<Values>;
  datasets: readonly OfferedDataset[];
  maskSets: readonly OfferedMasks[];
  splitHelp: string;
}) {
  // Whatever else the form holds, which TypeScript does not let a function leave open.
  const { control, setValue } = form as unknown as UseFormReturn<CaptionValues>;
  const datasetId = useWatch({ control, name: "datasetId" });
  const dataset = datasets.find(({ id }) => id === datasetId);
  return (
    <>
      <FormSelect
        control={control}
        name="datasetId"
        label="Captions of"
        onValue={() => {
          setValue("captionCategories", []);
          setValue("maskSetId", null);
          setValue("captionSplit", null);
        }}
      >
        {datasets.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name} ({formatCount(one.firstCaptionCount)})
          </option>
        ))}
      </FormSelect>
      <FormCheckbox
        control={control}
        name="allCaptions"
        label="Every caption of a photograph"
        help="Otherwise only its first caption is used."
      />
      <SplitField
        control={control}
        name="captionSplit"
        dataset={dataset}
        label="Photographs"
        help={splitHelp}
      />
      <CategoryField
        key={datasetId}
        control={control}
        name="captionCategories"
        categories={dataset?.categories ?? []}
      />
      <MaskField control={control} maskSets={maskSets} datasetId={datasetId} />
    </>
  );
}
