/** The form of an image that is completed: image, mask, caption, model, guidance and seed. */
"use client";

import { useRouter } from "next/navigation";
import { useRef } from "react";
import { Button } from "@/components/button";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { refusedUpload, uploadFile } from "@/components/upload-file";
import { sampleSettings } from "@/lib/diffusion/sampling/sample-settings";
import { drawCaptionInput, toDrawCaptionInput } from "@/lib/samples/sample-fields";
import { completeImage } from "../actions";
import { type DrawingChoices, DrawingFields } from "../drawing-fields";
import { usualClipScale } from "../guidance-fields";
import { fitting } from "../model-fields";
import { MaskPainter, type PaintedMask } from "./mask-painter";

export function CompleteForm({
  bases,
  upsamplers,
  adapters,
  imageSha256,
}: DrawingChoices & {
  /** The image to begin with. */
  imageSha256: string | null;
}) {
  const router = useRouter();
  const painted = useRef<PaintedMask>(null);
  const first = bases[0]!;
  const settings = sampleSettings.parse({});
  const form = useActionForm({
    schema: drawCaptionInput,
    defaultValues: {
      caption: "",
      baseCheckpointId: first.id,
      upsamplerCheckpointId: fitting(upsamplers, first)[0]?.id ?? null,
      adapters: [],
      settings: { ...settings, clipGuidanceScale: usualClipScale(settings, first) },
      seed: 0,
    },
    toInput: toDrawCaptionInput,
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
      <DrawingFields form={form} bases={bases} upsamplers={upsamplers} adapters={adapters} />
      <FormFailure failure={form.failure} />
      <div>
        <Button type="submit" variant="primary" pending={form.pending}>
          Complete
        </Button>
      </div>
    </form>
  );
}
