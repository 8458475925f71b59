/** By which masks a dataset's images are completed, where it has any. */
"use client";

import type { Control } from "react-hook-form";
import { wordsOrNull } from "@/components/form/codecs";
import { FormSelect } from "@/components/form/form-fields";
import { formatCount } from "@/components/numbers";

type MaskValues = { maskSetId: string | null };

export type OfferedMasks = { id: string; name: string; maskCount: number; datasetId: string };

export function MaskField<Values extends MaskValues>({
  control,
  maskSets,
  datasetId,
}: {
  control: Control<Values>;
  maskSets: readonly OfferedMasks[];
  datasetId: string;
}) {
  const offered = maskSets.filter((one) => one.datasetId === datasetId);
  if (offered.length === 0) return null;
  return (
    <FormSelect
      // Whatever else the form holds, which TypeScript does not let a function leave open.
      control={control as unknown as Control<MaskValues>}
      name="maskSetId"
      codec={wordsOrNull}
      label="Masks"
      help="Photographs are completed where their masks are white. Needs an inpainting model."
    >
      <option value="">None: images are drawn whole</option>
      {offered.map(({ id, name, maskCount }) => (
        <option key={id} value={id}>
          {name} ({formatCount(maskCount)})
        </option>
      ))}
    </FormSelect>
  );
}
