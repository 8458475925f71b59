/** Name, source and start of an import; uploads go ahead of it, a few files at a time. */
"use client";

import { useRouter } from "next/navigation";
import { useEffect, useRef, useState } from "react";
import { useWatch } from "react-hook-form";
import { AllowedFolders } from "@/components/allowed-folders";
import { FieldGroup } from "@/components/field";
import { FormEnd } from "@/components/form/form-end";
import { FormChoice, FormTextArea, FormTextField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { plural } from "@/components/numbers";
import { refusedUpload } from "@/components/upload-file";
import { UploadProgress } from "@/components/upload-progress";
import { type Sent, useUploads } from "@/components/use-uploads";
import { importForm } from "@/lib/datasets/import-fields";
import type { ImportFiles } from "@/lib/datasets/import-files";
import type { ImportPreview } from "@/lib/datasets/preview-import";
import { importDataset, previewImport } from "../actions";
import { ColumnFields } from "./column-fields";
import { ImageDrop, sortFiles } from "./image-drop";
import { PreviewOfImport } from "./preview-of-import";

/**
 * @param captionExtensions of the files that may hold captions, with their dots
 * @param roots of the server, from which folders may be imported
 */
export function ImportForm({
  captionExtensions,
  roots,
}: {
  captionExtensions: readonly string[];
  roots: readonly string[];
}) {
  const router = useRouter();
  const [sent, setSent] = useState<Sent | null>(null);
  const abort = useRef<AbortController | null>(null);
  const upload = useUploads(setSent);
  const [preview, setPreview] = useState<ImportPreview | null>(null);
  const form = useActionForm<typeof importForm, ImportPreview | { datasetId: string }>({
    schema: importForm,
    defaultValues: {
      name: "",
      description: "",
      captionLanguage: "en",
      columns: { image: "", caption: "", categories: [] },
      source: { kind: "upload", files: [] },
    },
    toName: (path) => (path === "path" || path === "files" ? `source.${path}` : path),
    submit: async ({ source, columns: { image, caption, categories }, ...rest }) => {
      const columns = {
        ...(image ? { image } : {}),
        ...(caption ? { captions: [caption] } : {}),
        ...(categories.length > 0 ? { categories } : {}),
      };
      const send = (given: ImportFiles) =>
        preview === null
          ? previewImport({ source: given, columns })
          : importDataset({ ...rest, source: given, columns });
      if (source.kind === "folder") return send(source);
      abort.current = new AbortController();
      try {
        const { wanted } = sortFiles(source.files, captionExtensions);
        const files = await upload(wanted, abort.current.signal);
        return await send({ kind: "upload", files });
      } catch (error) {
        const refused = refusedUpload(error, abort.current.signal);
        // The other uploads of this attempt end with the one that failed.
        abort.current.abort();
        return refused;
      } finally {
        setSent(null);
      }
    },
    onSuccess: (done) => {
      if ("datasetId" in done) router.push(`/admin/datasets/${done.datasetId}`);
      else setPreview(done);
    },
  });
  const { control, pending } = form;
  const kind = useWatch({ control, name: "source.kind" });
  const { subscribe } = form;
  // What was looked at is no longer what would be imported.
  useEffect(
    () =>
      subscribe({
        formState: { values: true },
        callback: ({ name }) => {
          if (name?.startsWith("source") || name?.startsWith("columns")) setPreview(null);
        },
      }),
    [subscribe],
  );
  const [columns, setColumns] = useState<readonly string[]>([]);
  if (preview !== null && preview.columns.length > 0 && preview.columns !== columns) {
    setColumns(preview.columns);
  }
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup title="Name" text="Shown in fine-tunes, samples and studies.">
        <FormTextField control={control} name="name" label="Name" disabled={pending} />
        <FormTextArea
          control={control}
          name="description"
          label="Description"
          optional
          rows={2}
          disabled={pending}
        />
        <FormTextField
          control={control}
          name="captionLanguage"
          label="Language of the captions"
          help="A language tag such as en, de or pt-BR. Used by browsers and screen readers."
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup
        title="Source"
        text="Upload up to a few hundred images, or an archive of any number. For more, import from the server."
      >
        <FormChoice
          control={control}
          name="source.kind"
          legend="Where the files are"
          choices={[
            { value: "upload", title: "On this computer", text: "They are uploaded." },
            { value: "folder", title: "On the server", text: "It is read in place." },
          ]}
        />
        {kind === "folder" ? (
          <FormTextField
            control={control}
            name="source.path"
            label="Folder or archive on the server"
            placeholder={`${roots[0]}/photographs`}
            help={<AllowedFolders roots={roots} />}
            disabled={pending}
          />
        ) : (
          <ImageDrop
            control={control}
            captionExtensions={captionExtensions}
            disabled={pending}
            onFolder={(folder) => {
              if (form.getValues("name") === "") form.setValue("name", folder);
            }}
          />
        )}
      </FieldGroup>
      {columns.length > 0 ? <ColumnFields control={control} columns={columns} disabled={pending} /> : null}
      {preview ? <PreviewOfImport preview={preview} /> : null}
      <FormEnd
        form={form}
        label={preview === null ? "Preview" : `Import ${importedWords(preview)}`}
        back="/admin/datasets"
        stop={sent ? () => abort.current?.abort() : undefined}
      >
        {sent ? <UploadProgress sent={sent} /> : null}
      </FormEnd>
    </form>
  );
}

/** A set of prompts has captions alone. */
function importedWords({ imageCount, captionedCount, captionCount }: ImportPreview): string {
  return imageCount === 0 && captionCount > 0
    ? plural(captionCount, "caption", "captions")
    : plural(captionedCount, "image", "images");
}
