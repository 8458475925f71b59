/** Captions, one per line, or as a file has them. */
"use client";

import { useRouter } from "next/navigation";
import { useWatch } from "react-hook-form";
import { Button } from "@/components/button";
import { FileDrop } from "@/components/file-drop";
import { FormEnd } from "@/components/form/form-end";
import { FormTextArea, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { formatBytes } from "@/components/numbers";
import { captionListInput, longestCaptionFileBytes, typedCaptions } from "@/lib/datasets/caption-list-fields";
import { decodeText } from "@/lib/datasets/decode-text";
import { readSkills } from "@/lib/datasets/prompt-skills";
import { SemblanceError } from "@/lib/errors";
import { listCaptions } from "../actions";

export function CaptionListForm() {
  const router = useRouter();
  const form = useActionForm({
    schema: captionListInput,
    defaultValues: { name: "", captionLanguage: "en", text: "", file: typedCaptions, skills: null },
    submit: listCaptions,
    onSuccess: ({ datasetId }) => router.push(`/admin/datasets/${datasetId}`),
  });
  const { control, pending } = form;
  const file = useWatch({ control, name: "file" }) ?? typedCaptions;
  const skills = useWatch({ control, name: "skills" }) ?? null;

  async function take(chosen: File): Promise<void> {
    const refuse = (message: string) => form.setError("text", { message });
    if (chosen.size > longestCaptionFileBytes) {
      refuse(
        `${chosen.name} is larger than ${formatBytes(longestCaptionFileBytes)}. Use the command line: npx semblance datasets import FILE`,
      );
      return;
    }
    try {
      const text = decodeText(chosen.name, new Uint8Array(await chosen.arrayBuffer()));
      form.clearErrors("text");
      if (readSkills(chosen.name, text)) {
        form.setValue("skills", { file: chosen.name, text });
        return;
      }
      form.setValue("text", text);
      form.setValue("file", chosen.name);
      if (form.getValues("name") === "")
        form.setValue("name", chosen.name.replace(/\.\w+$/, "").slice(0, 100));
    } catch (error) {
      if (!(error instanceof SemblanceError)) throw error;
      refuse(`${error.message} ${error.remedy ?? ""}`);
    }
  }

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
      <FileDrop
        name="file"
        accept=".txt,.csv,.tsv,.json,.jsonl"
        label="Drop a file of captions here, or write them below"
        hint="One per line, or a table with a column of captions, such as PartiPrompts.tsv. A file of skills may be added, such as genai_skills.json."
        onFiles={(chosen) => {
          for (const each of chosen.slice(0, 2)) void take(each.file);
        }}
        disabled={pending}
      />
      <FormTextArea
        control={control}
        name="text"
        label="Captions"
        help={`${file === typedCaptions ? "One per line." : `Read as ${file} says it.`}${skills ? ` With the skills in ${skills.file}.` : ""}`}
        rows={12}
        disabled={pending}
      />
      {file === typedCaptions ? null : (
        <div>
          <Button
            size="sm"
            onClick={() => {
              form.setValue("text", "");
              form.setValue("file", typedCaptions);
              form.setValue("skills", null);
            }}
          >
            Remove {file}
          </Button>
        </div>
      )}
      <FormEnd form={form} label="Save" back="/admin/datasets" />
    </form>
  );
}
