/** Attaches a table of automatic scores: the file is sent as soon as it has been chosen. */
"use client";

import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { toast } from "sonner";
import { z } from "zod";
import { Button } from "@/components/button";
import { FieldError } from "@/components/field";
import { useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { refusedUpload, uploadFile } from "@/components/upload-file";
import { UploadProgress } from "@/components/upload-progress";
import { attachMetricsAction } from "../actions";

const metricsForm = z.object({ file: z.instanceof(File, { message: "Choose a file." }) });

export function AttachMetrics({ studyId, label }: { studyId: string; label: string }) {
  const router = useRouter();
  const input = useRef<HTMLInputElement>(null);
  const [sent, setSent] = useState<{ bytes: number; ofBytes: number } | null>(null);
  const form = useActionForm({
    schema: metricsForm,
    defaultValues: {},
    submit: async ({ file }) => {
      try {
        const onProgress = (bytes: number) => setSent({ bytes, ofBytes: file.size });
        const { sha256 } = await uploadFile(file, "ratings", { onProgress });
        return await attachMetricsAction({ studyId, source: { kind: "upload", name: file.name, sha256 } });
      } catch (error) {
        return refusedUpload(error);
      } finally {
        setSent(null);
      }
    },
    onSuccess: () => {
      toast.success("Metrics attached");
      router.refresh();
    },
  });
  const { field, error } = useField({ control: form.control, name: "file" });
  return (
    <form {...form.element} className="grid justify-items-start gap-3">
      <input
        ref={input}
        type="file"
        name={field.name}
        accept=".csv,.tsv,.txt,.json,.jsonl"
        className="sr-only"
        tabIndex={-1}
        aria-label="Table of metrics"
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (!file) return;
          field.onChange(file);
          input.current?.form?.requestSubmit();
          // The same file, corrected, can be chosen again.
          target.value = "";
        }}
      />
      <Button
        pending={form.pending}
        icon={<Upload className="size-4" aria-hidden="true" />}
        onClick={() => input.current?.click()}
      >
        {label}
      </Button>
      {sent ? <UploadProgress sent={sent} /> : null}
      {error ? <FieldError>{error}</FieldError> : <FormFailure failure={form.failure} />}
    </form>
  );
}
