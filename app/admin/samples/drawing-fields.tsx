/** What one image is drawn with: models, seed, guidance and adapters. */
"use client";

import type { UseFormReturn } from "react-hook-form";
import { AdapterFields, type OfferedAdapter } from "@/components/adapter-fields";
import { FormNumberField } from "@/components/form/form-fields";
import type { SamplingBase, SamplingModel } from "@/lib/samples/list-sampling-models";
import type { DrawCaptionValues } from "@/lib/samples/sample-fields";
import { adaptClipScale, GuidanceFields } from "./guidance-fields";
import { ModelFields } from "./model-fields";

export type DrawingChoices = {
  readonly bases: SamplingBase[];
  readonly upsamplers: SamplingModel[];
  readonly adapters: OfferedAdapter[];
};

export function DrawingFields({
  form,
  bases,
  upsamplers,
  adapters,
}: DrawingChoices & { form: UseFormReturn<DrawCaptionValues> }) {
  const { control } = form;
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-[1fr_1fr_8rem]">
        <ModelFields
          form={form}
          bases={bases}
          upsamplers={upsamplers}
          suggestsUpsampler
          onBase={(chosen) => adaptClipScale(form, bases, chosen?.id)}
        />
        <FormNumberField control={control} name="seed" label="Seed" />
      </div>
      <div className="grid gap-5 sm:grid-cols-3">
        <GuidanceFields form={form} bases={bases} />
      </div>
      <AdapterFields control={control} name="adapters" adapters={adapters} />
    </>
  );
}
