/** The form of one caption: words, model and seed. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { Button } from "@/components/button";
import { wordsOrNull } from "@/components/form/codecs";
import { FormNumberField, FormSelect, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { drawCaptionInput } from "@/lib/samples/sample-fields";
import { drawOwnCaption } from "../actions";

/** `sidePx`: of the images that a base draws, or that an upsampler enlarges. */
type Choice = { id: string; name: string; sidePx: number };

export function CaptionForm({
  bases,
  upsamplers,
  initial,
}: {
  bases: Choice[];
  upsamplers: Choice[];
  initial: {
    caption: string;
    baseCheckpointId: string;
    /** Absent: nothing was chosen yet. */
    upsamplerCheckpointId: string | null | undefined;
    seed: number;
  };
}) {
  const router = useRouter();
  const first = bases.find(({ id }) => id === initial.baseCheckpointId) ?? bases[0]!;
  const fitting = (baseId: string) => {
    const sidePx = bases.find(({ id }) => id === baseId)?.sidePx;
    return upsamplers.filter((upsampler) => upsampler.sidePx === sidePx);
  };
  const suggested = (baseId: string) => fitting(baseId)[0]?.id ?? null;
  const { upsamplerCheckpointId = suggested(first.id) } = initial;
  const form = useActionForm({
    schema: drawCaptionInput,
    defaultValues: { ...initial, baseCheckpointId: first.id, upsamplerCheckpointId },
    submit: drawOwnCaption,
    onSuccess: ({ drawingId }) => router.push(`/admin/samples/try?drawing=${drawingId}`),
  });
  const { control, getValues, setValue } = form;
  const baseId = useWatch({ control, name: "baseCheckpointId" });

  function adaptToBase(id: string) {
    if (fitting(id).some((each) => each.id === getValues("upsamplerCheckpointId"))) return;
    setValue("upsamplerCheckpointId", suggested(id));
  }

  return (
    <form {...form.element} className="grid max-w-3xl gap-5">
      <FormTextField control={control} name="caption" label="Caption" />
      <div className="grid gap-5 sm:grid-cols-[1fr_1fr_8rem]">
        <FormSelect control={control} name="baseCheckpointId" label="Base" onValue={adaptToBase}>
          {bases.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </FormSelect>
        <FormSelect
          control={control}
          name="upsamplerCheckpointId"
          codec={wordsOrNull}
          label="Upsampler"
          optional
        >
          <option value="">None: {bases.find(({ id }) => id === baseId)?.sidePx} px</option>
          {fitting(baseId).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </FormSelect>
        <FormNumberField control={control} name="seed" label="Seed" />
      </div>
      <FormFailure failure={form.failure} />
      <div>
        <Button type="submit" variant="primary" pending={form.pending}>
          Draw
        </Button>
      </div>
    </form>
  );
}
