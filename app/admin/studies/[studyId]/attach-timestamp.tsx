/** Attaches an authority's reply to the registration: the file is sent as soon as it has been chosen. */
"use client";

import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { toast } from "sonner";
import { FieldError } from "@/components/field";
import { FileButton } from "@/components/form/file-button";
import { useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { timestampAttachment } from "@/lib/studies/registration/timestamp-fields";
import { attachTimestampAction } from "../actions";

export function AttachTimestamp({ studyId }: { studyId: string }) {
  const router = useRouter();
  const form = useActionForm({
    schema: timestampAttachment,
    defaultValues: { studyId, reply: "" },
    submit: attachTimestampAction,
    onSuccess: () => {
      toast.success("Timestamp attached");
      router.refresh();
    },
  });
  const { field, error } = useField({ control: form.control, name: "reply" });

  async function keep(file: File) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    field.onChange(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
  }

  return (
    <form {...form.element} className="grid justify-items-start gap-3">
      <FileButton
        name={field.name}
        accept=".tsr,.tst,application/timestamp-reply"
        label="Timestamp reply"
        icon={<Upload className="size-4" aria-hidden="true" />}
        pending={form.pending}
        onChosen={keep}
      >
        Attach the reply
      </FileButton>
      {error ? <FieldError>{error}</FieldError> : <FormFailure failure={form.failure} />}
    </form>
  );
}
