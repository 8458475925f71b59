/** The form of one caption: words, model, guidance and seed. */
"use client";

import { useRouter } from "next/navigation";
import { type Control, useWatch } from "react-hook-form";
import { Button } from "@/components/button";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { type DrawCaptionValues, drawCaptionInput, toDrawCaptionInput } from "@/lib/samples/sample-fields";
import { CaptionTokens } from "../../caption-tokens";
import { drawOwnCaption } from "../actions";
import { type DrawingChoices, DrawingFields } from "../drawing-fields";
import { usualClipScale } from "../guidance-fields";
import { fitting } from "../model-fields";

export function CaptionForm({
  bases,
  upsamplers,
  adapters,
  initial,
}: DrawingChoices & {
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
      <DrawingFields form={form} bases={bases} upsamplers={upsamplers} adapters={adapters} />
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
