/** The form of an image that is completed: image, mask, caption, model and seed. */
"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { Button } from "@/components/button";
import { FormNumberField, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { refusedUpload, uploadFile } from "@/components/upload-file";
import type { SamplingModel } from "@/lib/samples/list-sampling-models";
import { drawCaptionInput } from "@/lib/samples/sample-fields";
import { completeImage } from "../actions";
import { fitting, ModelFields } from "../model-fields";
import { MaskPainter, type PaintedMask } from "./mask-painter";

export function CompleteForm({
  bases,
  upsamplers,
  imageSha256,
}: {
  bases: SamplingModel[];
  upsamplers: SamplingModel[];
  /** The image to begin with. */
  imageSha256: string | null;
}) {
  const router = useRouter();
  const painted = useRef<PaintedMask>(null);
  const first = bases[0]!;
  const form = useActionForm({
    schema: drawCaptionInput,
    defaultValues: {
      caption: "",
      baseCheckpointId: first.id,
      upsamplerCheckpointId: fitting(upsamplers, first)[0]?.id ?? null,
      seed: 0,
    },
    async submit(input) {
      const files = await painted.current?.files();
      if (!files) {
        return {
          ok: false,
          code: "invalid_input",
          message: "Choose an image, and paint over the part to redraw.",
        };
      }
      try {
        const [image, mask] = [
          await uploadFile(files.image, "dataset"),
          await uploadFile(files.mask, "dataset"),
        ];
        const inpaint = { imageSha256: image.sha256, maskSha256: mask.sha256 };
        return await completeImage({ ...input, inpaint });
      } catch (error) {
        return refusedUpload(error)!;
      }
    },
    onSuccess({ drawingId }) {
      router.push(`/admin/samples/complete?drawing=${drawingId}`, { scroll: false });
      // The same image, once more with another seed.
      form.setValue("seed", form.getValues("seed") + 1);
    },
  });
  const { control } = form;

  return (
    <form {...form.element} className="grid max-w-3xl gap-5">
      <MaskPainter ref={painted} imageSha256={imageSha256} />
      <FormTextField control={control} name="caption" label="Caption" help="Of the whole finished image." />
      <div className="grid gap-5 sm:grid-cols-[1fr_1fr_8rem]">
        <ModelFields form={form} bases={bases} upsamplers={upsamplers} suggestsUpsampler />
        <FormNumberField control={control} name="seed" label="Seed" />
      </div>
      <FormFailure failure={form.failure} />
      <div>
        <Button type="submit" variant="primary" pending={form.pending}>
          Complete
        </Button>
      </div>
    </form>
  );
}
