/** Captions, one per line. */
"use client";

import { useRouter } from "next/navigation";
import { FormEnd } from "@/components/form/form-end";
import { FormTextArea, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { captionListInput } from "@/lib/datasets/caption-list-fields";
import { listCaptions } from "../actions";

export function CaptionListForm() {
  const router = useRouter();
  const form = useActionForm({
    schema: captionListInput,
    defaultValues: { name: "", captionLanguage: "en", text: "" },
    submit: listCaptions,
    onSuccess: ({ datasetId }) => router.push(`/admin/datasets/${datasetId}`),
  });
  const { control, pending } = form;
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextField control={control} name="name" label="Name" disabled={pending} />
      <FormTextField
        control={control}
        name="captionLanguage"
        label="Language of the captions"
        help="A language tag such as en, de or pt-BR. Used by browsers and screen readers."
        disabled={pending}
      />
      <FormTextArea
        control={control}
        name="text"
        label="Captions"
        help="One per line."
        rows={12}
        disabled={pending}
      />
      <FormEnd form={form} label="Save" back="/admin/datasets" />
    </form>
  );
}
