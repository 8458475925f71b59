/** The fields of the base that draws and of the upsampler that enlarges: only one that fits the base can be chosen. */
"use client";

import { type UseFormReturn, useWatch } from "react-hook-form";
import { wordsOrNull } from "@/components/form/codecs";
import { FormSelect } from "@/components/form/form-fields";
import type { SamplingModel } from "@/lib/samples/list-sampling-models";

type ModelValues = { baseCheckpointId: string; upsamplerCheckpointId: string | null };

export function fitting<Model extends SamplingModel>(
  upsamplers: readonly Model[],
  base: Model | undefined,
): Model[] {
  return upsamplers.filter(({ sidePx }) => sidePx === base?.sidePx);
}

export function ModelFields<Values extends ModelValues>({
  form,
  bases,
  upsamplers,
  suggestsUpsampler = false,
  onBase,
  onUpsampler,
}: {
  form: UseFormReturn<Values>;
  bases: readonly SamplingModel[];
  upsamplers: readonly SamplingModel[];
  /** Whether an upsampler that does not fit a new base is replaced by one that does. */
  suggestsUpsampler?: boolean;
  onBase?: (base: SamplingModel | undefined) => void;
  onUpsampler?: (upsampler: SamplingModel | undefined) => void;
}) {
  // Whatever else the form holds, which TypeScript does not let a function leave open.
  const { control, getValues, setValue } = form as unknown as UseFormReturn<ModelValues>;
  const baseId = useWatch({ control, name: "baseCheckpointId" });
  const base = bases.find(({ id }) => id === baseId);
  const enlargers = fitting(upsamplers, base);

  function adaptToBase(id: string) {
    const chosen = bases.find((one) => one.id === id);
    const offered = fitting(upsamplers, chosen);
    if (!offered.some((one) => one.id === getValues("upsamplerCheckpointId"))) {
      setValue("upsamplerCheckpointId", (suggestsUpsampler && offered[0]?.id) || null);
    }
    onBase?.(chosen);
  }

  return (
    <>
      <FormSelect control={control} name="baseCheckpointId" label="Base" onValue={adaptToBase}>
        <Options models={bases} />
      </FormSelect>
      <FormSelect
        control={control}
        name="upsamplerCheckpointId"
        codec={wordsOrNull}
        label="Upsampler"
        optional
        onValue={(id) => onUpsampler?.(upsamplers.find((one) => one.id === id))}
        help={
          upsamplers.length === 0
            ? "None is registered yet."
            : enlargers.length === 0
              ? "None accepts samples of this base’s size."
              : undefined
        }
      >
        <option value="">None: {base?.sidePx} px</option>
        <Options models={enlargers} />
      </FormSelect>
    </>
  );
}

function Options({ models }: { models: readonly SamplingModel[] }) {
  return models.map(({ id, name }) => (
    <option key={id} value={id}>
      {name}
    </option>
  ));
}
