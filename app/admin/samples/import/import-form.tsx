/** Files, how they are matched to captions, and a preview of both before anything is stored. */
"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { type Control, useWatch } from "react-hook-form";
import type { z } from "zod";
import { AllowedFolders } from "@/components/allowed-folders";
import { FieldGroup } from "@/components/field";
import { FormEnd } from "@/components/form/form-end";
import { FormCheckbox, FormChoice, FormSelect, FormTextField } from "@/components/form/form-fields";
import { FormFiles } from "@/components/form/form-files";
import { useActionForm } from "@/components/form/use-action-form";
import { formatBytes, formatCount, plural } from "@/components/numbers";
import { refusedUpload } from "@/components/upload-file";
import { UploadProgress } from "@/components/upload-progress";
import { type Sent, useUploads } from "@/components/use-uploads";
import { containerEndings, isContainer } from "@/lib/datasets/sources/archive-names";
import { imageEndings, imageFormatNames, isImageName } from "@/lib/images/image-formats";
import type { SampleImportPreview } from "@/lib/samples/import/preview-import";
import {
  type MatchWay,
  manifestExtensions,
  sampleImportForm,
} from "@/lib/samples/import/sample-import-fields";
import { importSamples, previewSampleImport } from "../actions";
import { PreviewPanel } from "./preview-panel";

type Values = z.input<typeof sampleImportForm>;

const wayTexts: Record<MatchWay, string> = {
  auto: "The way that matches most files",
  manifest: "A manifest: a table of images and captions",
  stem: "File names, the same as in the dataset",
  text: "The text of the caption, in a .txt file or the file name",
  index: "Numbers in the file names",
};

/** @param roots of the server, from which folders may be imported */
export function ImportForm({
  datasets,
  roots,
}: {
  datasets: readonly { id: string; name: string; captions: number }[];
  roots: readonly string[];
}) {
  const router = useRouter();
  const [sent, setSent] = useState<Sent | null>(null);
  const [previewed, setPreviewed] = useState<{ of: string; preview: SampleImportPreview } | null>(null);
  const abort = useRef<AbortController | null>(null);
  const upload = useUploads(setSent);
  const form = useActionForm<
    typeof sampleImportForm,
    { of: string; preview: SampleImportPreview } | { sampleSetId: string }
  >({
    schema: sampleImportForm,
    defaultValues: {
      name: "",
      datasetId: datasets[0]!.id,
      matchBy: "auto",
      manifest: "",
      imageColumn: "",
      captionColumn: "",
      isSeveral: false,
      model: "",
      accept: false,
      rejected: [],
      source: { kind: "upload", files: [] },
    },
    toName: (path) => (path === "path" || path === "files" ? `source.${path}` : path),
    submit: async (values) => {
      const { source, name, accept, rejected = [], ...matching } = values;
      abort.current = new AbortController();
      try {
        const files =
          source.kind === "folder"
            ? source
            : { kind: "upload" as const, files: await upload(source.files, abort.current.signal) };
        const asked = { ...matching, source: files };
        const of = keyOf(values);
        if (previewed?.of === of && isImportable(previewed.preview, accept, rejected))
          return await importSamples({ ...asked, name, accept: accept ?? false, rejected });
        const answer = await previewSampleImport(asked);
        return answer.ok ? { ok: true, value: { of, preview: answer.value } } : answer;
      } catch (error) {
        const refused = refusedUpload(error, abort.current.signal);
        // The other uploads of this attempt end with the one that failed.
        abort.current.abort();
        return refused;
      } finally {
        setSent(null);
      }
    },
    onSuccess: (value) =>
      "sampleSetId" in value ? router.push(`/admin/samples/${value.sampleSetId}`) : show(value),
  });
  const { control, pending } = form;
  /** What was rejected of an earlier preview says nothing of this one. */
  function show(value: { of: string; preview: SampleImportPreview }): void {
    form.setValue("rejected", []);
    setPreviewed(value);
  }
  const values = useWatch({ control }) as Values;
  const rejected = values.rejected ?? [];
  function toggle(file: string): void {
    const others = rejected.filter((each) => each !== file);
    form.setValue("rejected", others.length < rejected.length ? others : [...rejected, file]);
  }
  const preview = previewed?.of === keyOf(values) ? previewed.preview : null;
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup title="Name" text="Shown in grids, evaluations and studies.">
        <FormTextField control={control} name="name" label="Name" disabled={pending} />
        <FormSelect control={control} name="datasetId" label="Captions of">
          {datasets.map(({ id, name, captions }) => (
            <option key={id} value={id}>
              {name} ({formatCount(captions)})
            </option>
          ))}
        </FormSelect>
        <FormTextField
          control={control}
          name="model"
          label="Model"
          optional
          help="Stored with every image for which the manifest names no model."
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup
        title="Images"
        text={`${imageFormatNames} of any size, in a folder with its subfolders or in an archive, with or without a manifest.`}
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
        {values.source.kind === "folder" ? (
          <FormTextField
            control={control}
            name="source.path"
            label="Folder or archive on the server"
            placeholder={`${roots[0]}/samples`}
            help={<AllowedFolders roots={roots} />}
            disabled={pending}
          />
        ) : (
          <SampleDrop control={control} disabled={pending} />
        )}
      </FieldGroup>
      <FieldGroup title="Matching" text="How each image is matched with its caption.">
        <FormSelect control={control} name="matchBy" label="Match images by" className="max-w-96">
          {Object.entries(wayTexts).map(([way, text]) => (
            <option key={way} value={way}>
              {text}
            </option>
          ))}
        </FormSelect>
        {values.matchBy === "auto" || values.matchBy === "manifest" ? (
          <div className="grid gap-5 sm:grid-cols-2">
            <FormTextField
              control={control}
              name="manifest"
              label="Manifest"
              optional
              help="Path within the folder, such as manifest.csv. May be empty if there is only one table."
              disabled={pending}
            />
            <FormTextField
              control={control}
              name="imageColumn"
              label="Column of images"
              optional
              help="May be empty if it is called file, file_name, image or path."
              disabled={pending}
            />
            <FormTextField
              control={control}
              name="captionColumn"
              label="Column of captions"
              optional
              help="Caption texts, file names in the dataset, or numbers. May be empty if it is called caption, prompt, text, id or index."
              disabled={pending}
            />
          </div>
        ) : null}
        <FormCheckbox
          control={control}
          name="isSeveral"
          label="A caption may have several images"
          help="Studies show the first image of each caption."
        />
      </FieldGroup>
      <FormEnd
        form={form}
        label={
          preview === null
            ? "Preview"
            : isImportable(preview, values.accept, rejected)
              ? `Import ${plural(preview.matchCount - rejected.length, "image", "images")}`
              : "Preview again"
        }
        back="/admin/samples"
        stop={sent ? () => abort.current?.abort() : undefined}
      >
        {sent ? <UploadProgress sent={sent} /> : null}
        {preview ? <PreviewPanel preview={preview} rejected={rejected} onToggle={toggle} /> : null}
        {preview && needsAccepting(preview, rejected) ? (
          <FormCheckbox
            control={control}
            name="accept"
            label="Import anyway"
            help="Images that match no caption are left out; doubtful matches are accepted."
          />
        ) : null}
      </FormEnd>
    </form>
  );
}

function needsAccepting({ surplus, doubtful }: SampleImportPreview, rejected: readonly string[]): boolean {
  return surplus.items.length + doubtful.items.length + doubtful.more > rejected.length;
}

function isImportable(
  preview: SampleImportPreview,
  accept: boolean | undefined,
  rejected: readonly string[],
): boolean {
  return (
    preview.refusals.items.length === 0 &&
    preview.matchCount > rejected.length &&
    (accept === true || !needsAccepting(preview, rejected))
  );
}

/** What a preview is of: everything but the name and what is accepted after it. */
function keyOf({ name: _, accept: __, rejected: ___, source, ...matching }: Values): string {
  const files =
    source.kind === "folder" ? source.path : source.files.map(({ path, file }) => `${path} ${file.size}`);
  return JSON.stringify([matching, source.kind, files]);
}

function SampleDrop({ control, disabled }: { control: Control<Values>; disabled: boolean }) {
  return (
    <FormFiles
      control={control}
      name="source.files"
      accept={[...imageEndings, ...manifestExtensions, ".txt", ...containerEndings].join(",")}
      label="Drop images, their folder, or a zip or tar file, here"
      hint="Up to 100 MB per image, 8 GB per archive. Subfolders are included."
      disabled={disabled}
      summary={(files) => {
        const images = files.filter(({ path }) => isImageName(path)).length;
        const archives = files.filter(({ path }) => isContainer(path)).length;
        const others = files.length - images - archives;
        const counts = [
          images > 0 || archives === 0 ? plural(images, "image", "images") : null,
          archives > 0 ? plural(archives, "archive", "archives") : null,
          others > 0 ? plural(others, "other file", "other files") : null,
          formatBytes(files.reduce((sum, { file }) => sum + file.size, 0)),
        ];
        return counts.filter((count) => count !== null).join(", ");
      }}
    />
  );
}
