/** Corrects a caption, which accepts it. */
"use client";

import { useRouter } from "next/navigation";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormTextArea } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { correctionInput } from "@/lib/desks/desk-fields";
import { correctAction } from "../../actions";

export function CorrectionDialog(props: { captionId: string; text: string; language: string }) {
  return (
    <Dialog
      trigger={<Button size="sm">Edit</Button>}
      title="Edit the caption"
      text="The corrected caption is accepted. What was written first is kept."
    >
      {(close) => <CorrectionForm {...props} close={close} />}
    </Dialog>
  );
}

function CorrectionForm({
  captionId,
  text,
  language,
  close,
}: {
  captionId: string;
  text: string;
  language: string;
  close: () => void;
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: correctionInput,
    defaultValues: { captionId, text },
    submit: correctAction,
    onSuccess: () => {
      router.refresh();
      close();
    },
  });
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextArea control={form.control} name="text" label="Caption" rows={3} lang={language} />
      <DialogFormEnd form={form} label="Save and accept" />
    </form>
  );
}
