/** Changes the language that a dataset's captions are written in. */
"use client";

import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { Dialog } from "@/components/dialog";
import { DialogFormEnd } from "@/components/form/form-end";
import { FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { captionLanguageChange } from "@/lib/datasets/language-tag";
import { setCaptionLanguage } from "../actions";

export function CaptionLanguageDialog({ datasetId, language }: { datasetId: string; language: string }) {
  return (
    <Dialog
      trigger={<Button>Caption language</Button>}
      title="Language of the captions"
      text="Used by browsers and screen readers. Studies that are already open keep theirs."
    >
      {(close) => <LanguageForm datasetId={datasetId} language={language} onDone={close} />}
    </Dialog>
  );
}

function LanguageForm({
  datasetId,
  language,
  onDone,
}: {
  datasetId: string;
  language: string;
  onDone: () => void;
}) {
  const router = useRouter();
  const form = useActionForm({
    schema: captionLanguageChange,
    defaultValues: { datasetId, captionLanguage: language },
    submit: setCaptionLanguage,
    onSuccess: () => {
      toast.success("Language saved");
      router.refresh();
      onDone();
    },
  });
  return (
    <form {...form.element} className="grid gap-5">
      <FormTextField
        control={form.control}
        name="captionLanguage"
        label="Language tag"
        help="For example en, de or pt-BR."
      />
      <DialogFormEnd form={form} label="Save" />
    </form>
  );
}
