/** Fills the form of a fine-tune in from a settings file, and says what of the file is not here. */
"use client";

import { FileUp } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";
import { z } from "zod";
import { FieldError } from "@/components/field";
import { FileButton } from "@/components/form/file-button";
import { useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { FormFailure } from "@/components/form-failure";
import { Notice } from "@/components/notice";
import { settingsFileBytes } from "@/lib/fine-tunes/settings-file/settings-file-size";
import { readFile } from "../actions";

type Read = Extract<Awaited<ReturnType<typeof readFile>>, { ok: true }>["value"];
export type FilledIn = Read["fineTune"];

const settingsFileForm = z.object({
  file: z
    .instanceof(File, { message: "Choose a file." })
    .refine((file) => file.size <= settingsFileBytes, "The file is too large for a settings file."),
});

export function SettingsFileField({ onFilledIn }: { onFilledIn: (fineTune: FilledIn) => void }) {
  const [doubts, setDoubts] = useState<readonly string[]>([]);
  const form = useActionForm({
    schema: settingsFileForm,
    defaultValues: {},
    submit: async ({ file }) => {
      setDoubts([]);
      return readFile({ text: await file.text(), name: file.name });
    },
    onSuccess: ({ fineTune, doubts }, { file }) => {
      onFilledIn(fineTune);
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
