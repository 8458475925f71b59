/** The form of one caption: words, model, guidance and seed. */
"use client";

import { useRouter } from "next/navigation";
import { type Control, useWatch } from "react-hook-form";
import { AdapterFields, type OfferedAdapter } from "@/components/adapter-fields";
import { Button } from "@/components/button";
import { FormNumberField, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import type { SamplingBase, SamplingModel } from "@/lib/samples/list-sampling-models";
import { type DrawCaptionValues, drawCaptionInput, toDrawCaptionInput } from "@/lib/samples/sample-fields";
import { CaptionTokens } from "../../caption-tokens";
import { drawOwnCaption } from "../actions";
import { adaptClipScale, GuidanceFields, usualClipScale } from "../guidance-fields";
import { fitting, ModelFields } from "../model-fields";

export function CaptionForm({
  bases,
  upsamplers,
  adapters,
  initial,
}: {
  bases: SamplingBase[];
  upsamplers: SamplingModel[];
  adapters: OfferedAdapter[];
  initial: {
    caption: string;
    baseCheckpointId: string;
    /** Absent: nothing was chosen yet. */
    upsamplerCheckpointId: string | null | undefined;
    seed: number;
  } & Pick<DrawCaptionValues, "adapters" | "settings">;
}) {
  const router = useRouter();
  const first = bases.find(({ id }) => id === initial.baseCheckpointId) ?? bases[0]!;
  const { upsamplerCheckpointId = fitting(upsamplers, first)[0]?.id ?? null } = initial;
  const form = useActionForm({
    schema: drawCaptionInput,
    defaultValues: {
      ...initial,
      baseCheckpointId: first.id,
      upsamplerCheckpointId,
      settings: { ...initial.settings, clipGuidanceScale: usualClipScale(initial.settings, first) },
    },
    toInput: toDrawCaptionInput,
    submit: drawOwnCaption,
    onSuccess: ({ drawingId }) => router.push(`/admin/samples/try?drawing=${drawingId}`),
  });
  const { control } = form;

  return (
    <form {...form.element} className="grid max-w-3xl gap-5">
      <div className="grid gap-2">
        <FormTextField control={control} name="caption" label="Caption" />
        <TypedTokens control={control} />
      </div>
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
      <FormFailure failure={form.failure} />
      <div>
        <Button type="submit" variant="primary" pending={form.pending}>
          Draw
        </Button>
      </div>
    </form>
  );
}

function TypedTokens({ control }: { control: Control<DrawCaptionValues> }) {
  return <CaptionTokens captions={[useWatch({ control, name: "caption" })]} />;
}
