/** The form of one caption: words, model and seed. */
"use client";

import { useRouter } from "next/navigation";
import { z } from "zod";
import { Button } from "@/components/button";
import { NumberField, SelectField, TextField } from "@/components/field";
import { FormFailure } from "@/components/form-failure";
import { typedNumber } from "@/components/typed-number";
import { useForm } from "@/components/use-form";
import { drawOwnCaption } from "../actions";

/** `sidePx`: of the images that a base draws, or that an upsampler enlarges. */
type Choice = { id: string; name: string; sidePx: number };

/** As `drawCaptionInput`, which only the server can load; the server checks again. */
const captionForm = z.object({
  caption: z.string().trim().min(1, "Write a caption.").max(500, "At most 500 characters."),
  baseCheckpointId: z.uuid("Choose a base model."),
  upsamplerCheckpointId: z.uuid().nullable(),
  seed: z
    .number("A whole number.")
    .int("A whole number.")
    .min(0)
    .max(2 ** 31 - 1),
});

type Values = { caption: string; baseCheckpointId: string; upsamplerCheckpointId: string; seed: string };

export function CaptionForm({
  bases,
  upsamplers,
  initial,
}: {
  bases: Choice[];
  upsamplers: Choice[];
  /** `upsamplerCheckpointId` null: nothing was chosen yet. */
  initial: {
    caption: string;
    baseCheckpointId: string;
    upsamplerCheckpointId: string | null;
    seed: number;
  };
}) {
  const router = useRouter();
  const firstBase = bases.find(({ id }) => id === initial.baseCheckpointId) ?? bases[0]!;
  const fitting = (base: Choice | undefined) => upsamplers.filter(({ sidePx }) => sidePx === base?.sidePx);
  const { form, text, values, set, pending, failure } = useForm({
    schema: captionForm,
    initial: {
      caption: initial.caption,
      baseCheckpointId: firstBase.id,
      upsamplerCheckpointId: initial.upsamplerCheckpointId ?? fitting(firstBase)[0]?.id ?? "",
      seed: String(initial.seed),
    },
    toInput: (values: Values) => ({
      ...values,
      upsamplerCheckpointId: values.upsamplerCheckpointId || null,
      seed: typedNumber(values.seed),
    }),
    submit: drawOwnCaption,
    onSuccess: ({ drawingId }) => router.push(`/admin/samples/try?drawing=${drawingId}`),
  });
  const base = text("baseCheckpointId");
  const chosenBase = bases.find(({ id }) => id === values.baseCheckpointId);
  function chooseBase(id: string) {
    set("baseCheckpointId", id);
    const fits = fitting(bases.find((each) => each.id === id));
    if (!fits.some((each) => each.id === values.upsamplerCheckpointId)) {
      set("upsamplerCheckpointId", fits[0]?.id ?? "");
    }
  }
  return (
    <form {...form} className="grid max-w-3xl gap-5">
      <TextField label="Caption" {...text("caption")} />
      <div className="grid gap-5 sm:grid-cols-[1fr_1fr_8rem]">
        <SelectField label="Base" {...base} onChange={(event) => chooseBase(event.target.value)}>
          {bases.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField label="Upsampler" optional {...text("upsamplerCheckpointId")}>
          <option value="">None: {chosenBase?.sidePx} px</option>
          {fitting(chosenBase).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <NumberField label="Seed" {...text("seed")} />
      </div>
      <FormFailure failure={failure} />
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          Draw
        </Button>
      </div>
    </form>
  );
}
