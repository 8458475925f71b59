/** Corrects a caption that contradicts its image. */
"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormTextArea } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { revisionInput } from "@/lib/datasets/revisions/revision-fields";
import { reviseDataset } from "../../actions";

type Props = {
  datasetId: string;
  captionId: string;
  caption: string;
  language: string;
  /** For the dataset's history. */
  reason: string;
};

export function CorrectionDialog(props: Props) {
  return (
    <Dialog
      trigger={<Button size="sm">Correct caption</Button>}
      title="Correct the caption"
      text="The dataset gets a new revision. What was made with the earlier text keeps it."
    >
      {(close) => <CorrectionForm {...props} onDone={close} />}
    </Dialog>
  );
}

function CorrectionForm({
  datasetId,
  captionId,
  caption,
  language,
  reason,
  onDone,
}: Props & { onDone: () => void }) {
  const router = useRouter();
  const form = useActionForm({
    schema: revisionInput,
    defaultValues: { datasetId, reason, changes: { edited: [{ captionId, text: caption }] } },
    submit: reviseDataset,
    onSuccess: () => {
      toast.success("Caption corrected");
      router.refresh();
      onDone();
    },
  });
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextArea
        control={form.control}
        name="changes.edited.0.text"
        label="Caption"
        rows={3}
        lang={language}
      />
      <DialogFormEnd form={form} label="Save" />
    </form>
  );
}
