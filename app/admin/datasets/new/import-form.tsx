/** Name, source and start of an import; uploads go ahead of it, a few files at a time. */
"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import type { z } from "zod";
import { AllowedFolders } from "@/components/allowed-folders";
import { Button } from "@/components/button";
import { FieldGroup } from "@/components/field";
import { type ChosenFile, FileDrop } from "@/components/file-drop";
import { FormEnd } from "@/components/form/form-end";
import { FormChoice, FormTextArea, FormTextField, useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { formatBytes, plural } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { refusedUpload } from "@/components/upload-file";
import { extensionOf, isHiddenPath } from "@/lib/datasets/file-names";
import { importForm } from "@/lib/datasets/import-fields";
import { containerEndings, isContainer } from "@/lib/datasets/sources/archive-names";
import { imageEndings, isImageName } from "@/lib/images/image-formats";
import { importDataset } from "../actions";
import { type Sent, useUploads } from "./use-uploads";

type Values = z.input<typeof importForm>;

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
  const form = useActionForm({
    schema: importForm,
    defaultValues: {
      name: "",
      description: "",
      captionLanguage: "en",
      source: { kind: "upload", files: [] },
    },
    toName: (path) => (path === "path" || path === "files" ? `source.${path}` : path),
    submit: async ({ source, ...rest }) => {
      if (source.kind === "folder") return importDataset({ ...rest, source });
      abort.current = new AbortController();
      try {
        const { wanted } = sortFiles(source.files, captionExtensions);
        const files = await upload(wanted, abort.current.signal);
        return await importDataset({ ...rest, source: { kind: "upload", files } });
      } catch (error) {
        const refused = refusedUpload(error, abort.current.signal);
        // The other uploads of this attempt end with the one that failed.
        abort.current.abort();
        return refused;
      } finally {
        setSent(null);
      }
    },
    onSuccess: ({ datasetId }) => router.push(`/admin/datasets/${datasetId}`),
  });
  const { control, pending } = form;
  const kind = useWatch({ control, name: "source.kind" });
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
      <FormEnd
        form={form}
        label="Import"
        back="/admin/datasets"
        stop={sent ? () => abort.current?.abort() : undefined}
      >
        {sent ? (
          <ProgressBar
            value={sent.ofBytes === 0 ? null : sent.bytes / sent.ofBytes}
            label="Upload"
            text={`${sent.files} of ${sent.ofFiles} files sent, ${formatBytes(sent.bytes)} of ${formatBytes(sent.ofBytes)}`}
          />
        ) : null}
      </FormEnd>
    </form>
  );
}

function ImageDrop({
  control,
  captionExtensions,
  disabled,
  onFolder,
}: {
  control: Control<Values>;
  captionExtensions: readonly string[];
  disabled: boolean;
  onFolder: (name: string) => void;
}) {
  const { field, error } = useField({ control, name: "source.files" });
  const files: ChosenFile[] = field.value ?? [];
  const { images, captions, archives, wanted, others } = sortFiles(files, captionExtensions);

  function add(added: ChosenFile[]) {
    const known = new Map(files.map((chosen) => [chosen.path, chosen]));
    for (const chosen of added) if (!isHiddenPath(chosen.path)) known.set(chosen.path, chosen);
    field.onChange([...known.values()]);
    const [folder, inside] = added[0]?.path.split("/") ?? [];
    if (folder && inside) onFolder(folder);
  }

  return (
    <div className="grid gap-3">
      <FileDrop
        name={field.name}
        multiple
        accept={[...imageEndings, ...captionExtensions, ...containerEndings].join(",")}
        label="Drop images and captions, their folder, or a zip, tar or Parquet file, here"
        hint="Up to 100 MB per image, 8 GB per archive. Subfolders are included; other files are skipped."
        error={error}
        onFiles={add}
        disabled={disabled}
      />
      {files.length > 0 ? (
        <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
          <p className="numeric" aria-live="polite">
            {plural(images.length, "image", "images")},{" "}
            {plural(captions.length, "caption file", "caption files")},{" "}
            {archives.length > 0 ? `${plural(archives.length, "archive", "archives")}, ` : null}
            {formatBytes(wanted.reduce((sum, { file }) => sum + file.size, 0))}
            {others.length > 0 ? (
              <span className="text-muted">
                ; {plural(others.length, "other file is", "other files are")} skipped:{" "}
                {others
                  .slice(0, 3)
                  .map(({ path }) => path)
                  .join(", ")}
                {others.length > 3 ? " and others" : null}
              </span>
            ) : null}
          </p>
          <Button size="sm" variant="quiet" disabled={disabled} onClick={() => field.onChange([])}>
            Clear
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function sortFiles(files: readonly ChosenFile[], captionExtensions: readonly string[]) {
  const images = files.filter(({ path }) => isImageName(path));
  const captions = files.filter(({ path }) => captionExtensions.includes(extensionOf(path)));
  const archives = files.filter(({ path }) => isContainer(path));
  const wanted = [...images, ...captions, ...archives];
  return { images, captions, archives, wanted, others: files.filter((file) => !wanted.includes(file)) };
}
