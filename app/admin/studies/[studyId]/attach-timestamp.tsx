/** Attaches an authority's reply to the registration: the file is sent as soon as it has been chosen. */
"use client";

import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { toast } from "sonner";
import { Button } from "@/components/button";
import { FieldError } from "@/components/field";
import { useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { timestampAttachment } from "@/lib/studies/registration/timestamp-fields";
import { attachTimestampAction } from "../actions";

export function AttachTimestamp({ studyId }: { studyId: string }) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
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

  async function attach(file: File) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    field.onChange(btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
    input.current?.form?.requestSubmit();
    // The same file, corrected, can be chosen again.
    if (input.current) input.current.value = "";
  }

  return (
    <form {...form.element} className="grid justify-items-start gap-3">
      <input
        ref={input}
        type="file"
        name={field.name}
        accept=".tsr,.tst,application/timestamp-reply"
        className="sr-only"
        tabIndex={-1}
        aria-label="Timestamp reply"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) void attach(file);
        }}
      />
      <Button
        pending={form.pending}
        icon={<Upload className="size-4" aria-hidden="true" />}
        onClick={() => input.current?.click()}
      >
        Attach the reply
      </Button>
      {error ? <FieldError>{error}</FieldError> : <FormFailure failure={form.failure} />}
    </form>
  );
}
