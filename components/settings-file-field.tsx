/** Fills a form in from a settings file, and says what of the file is not here. */
"use client";

import { FileUp } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { z } from "zod";
import type { ActionResult } from "@/lib/platform/accounts/protected-action";
import { settingsFileBytes } from "@/lib/settings-files/settings-file-size";
import { FieldError } from "./field";
import { FileButton } from "./form/file-button";
import { useField } from "./form/form-fields";
import { useActionForm } from "./form/use-action-form";
import { FormFailure } from "./form-failure";
import { Notice } from "./notice";

const settingsFileForm = z.object({
  file: z
    .instanceof(File, { message: "Choose a file." })
    .refine((file) => file.size <= settingsFileBytes, "The file is too large for a settings file."),
});

export function SettingsFileField<Values>({
  read,
  onFilledIn,
}: {
  /** What a file says; `doubts` are sentences. */
  read: (file: { text: string; name: string }) => Promise<ActionResult<{ values: Values; doubts: string[] }>>;
  onFilledIn: (values: Values) => void;
}) {
  const [doubts, setDoubts] = useState<readonly string[]>([]);
  const form = useActionForm({
    schema: settingsFileForm,
    defaultValues: {},
    submit: async ({ file }) => {
      setDoubts([]);
      return read({ text: await file.text(), name: file.name });
    },
    onSuccess: ({ values, doubts }, { file }) => {
      onFilledIn(values);
      setDoubts(doubts);
      toast.success(`Filled in from ${file.name}`);
    },
  });
  const { field, error } = useField({ control: form.control, name: "file" });
  return (
    <form {...form.element} className="mb-7 grid justify-items-start gap-3">
      <FileButton
        name={field.name}
        accept=".yaml,.yml,.json"
        label="Settings file"
        icon={<FileUp className="size-4" aria-hidden="true" />}
        pending={form.pending}
        onChosen={field.onChange}
      >
        Fill in from a file
      </FileButton>
      <div aria-live="polite" className="grid w-full gap-3 empty:hidden">
        {doubts.length > 0 ? (
          <Notice kind="warning" title="Check these before you start.">
            <ul className="grid gap-1">
              {doubts.map((doubt) => (
                <li key={doubt}>{doubt}</li>
              ))}
            </ul>
          </Notice>
        ) : null}
        {error ? (
          <div className="whitespace-pre-line">
            <FieldError>{error}</FieldError>
          </div>
        ) : (
          <FormFailure failure={form.failure} />
        )}
      </div>
    </form>
  );
}
