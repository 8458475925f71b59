/** Attaches a table of automatic scores: the file is sent as soon as it has been chosen. */
"use client";

import { Upload } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { toast } from "sonner";
import { z } from "zod";
import { FieldError } from "@/components/field";
import { FileButton } from "@/components/form/file-button";
import { useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { refusedUpload, uploadFile } from "@/components/upload-file";
import { UploadProgress } from "@/components/upload-progress";
import { attachMetricsAction } from "../actions";

const metricsForm = z.object({ file: z.instanceof(File, { message: "Choose a file." }) });

export function AttachMetrics({ studyId, label }: { studyId: string; label: string }) {
  const router = useRouter();
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
      <FileButton
        name={field.name}
        accept=".csv,.tsv,.txt,.json,.jsonl"
        label="Table of metrics"
        icon={<Upload className="size-4" aria-hidden="true" />}
        pending={form.pending}
        onChosen={field.onChange}
      >
        {label}
      </FileButton>
      {sent ? <UploadProgress sent={sent} /> : null}
      {error ? <FieldError>{error}</FieldError> : <FormFailure failure={form.failure} />}
    </form>
  );
}
