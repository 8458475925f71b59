/** Files, how they are matched to captions, and a preview of both before anything is stored. */
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
import { FormCheckbox, FormChoice, FormSelect, FormTextField, useField } from "@/components/form/form-fields";
import { useActionForm } from "@/components/form/use-action-form";
import { formatBytes, formatCount, plural } from "@/components/numbers";
import { ProgressBar } from "@/components/progress-bar";
import { refusedUpload } from "@/components/upload-file";
import { isHiddenPath } from "@/lib/datasets/file-names";
import { imageEndings, imageFormatNames, isImageName } from "@/lib/images/image-formats";
import type { SampleImportPreview } from "@/lib/samples/import/preview-import";
import {
  type MatchWay,
  manifestExtensions,
  sampleImportForm,
} from "@/lib/samples/import/sample-import-fields";
import { type Sent, useUploads } from "../../datasets/new/use-uploads";
import { importSamples, previewSampleImport } from "../actions";
import { PreviewPanel } from "./preview-panel";

type Values = z.input<typeof sampleImportForm>;

const wayTexts: Record<MatchWay, string> = {
  auto: "Whatever fits most files",
  manifest: "A table that lists images and captions",
  stem: "Names of the files: those of the dataset",
  text: "The captions’ texts: in .txt files, or in names",
  index: "Numbers in the names of the files",
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
      source: { kind: "upload", files: [] },
    },
    toName: (path) => (path === "path" || path === "files" ? `source.${path}` : path),
    submit: async (values) => {
      const { source, name, accept, ...matching } = values;
      abort.current = new AbortController();
      try {
        const files =
          source.kind === "folder"
            ? source
            : { kind: "upload" as const, files: await upload(source.files, abort.current.signal) };
        const asked = { ...matching, source: files };
        const of = keyOf(values);
        if (previewed?.of === of && isImportable(previewed.preview, accept))
          return await importSamples({ ...asked, name, accept: accept ?? false });
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
      "sampleSetId" in value ? router.push(`/admin/samples/${value.sampleSetId}`) : setPreviewed(value),
  });
  const { control, pending } = form;
  const values = useWatch({ control }) as Values;
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
          help="Kept with each image of which the manifest names no other."
          disabled={pending}
        />
      </FieldGroup>
      <FieldGroup
        title="Images"
        text={`${imageFormatNames} of any size, in a folder and its subfolders, with or without a manifest.`}
      >
        <FormChoice
          control={control}
          name="source.kind"
          legend="Where the files are"
          choices={[
            { value: "upload", title: "On this computer", text: "They are uploaded." },
            { value: "folder", title: "On the server", text: "The folder is read in place." },
          ]}
        />
        {values.source.kind === "folder" ? (
          <FormTextField
            control={control}
            name="source.path"
            label="Folder on the server"
            placeholder={`${roots[0]}/samples`}
            help={<AllowedFolders roots={roots} />}
            disabled={pending}
          />
        ) : (
          <SampleDrop control={control} disabled={pending} />
        )}
      </FieldGroup>
      <FieldGroup title="Matching" text="What says which caption an image is for.">
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
              help="Its path within the folder, such as manifest.csv. Found by itself if it is the only table."
              disabled={pending}
            />
            <FormTextField
              control={control}
              name="imageColumn"
              label="Column of images"
              optional
              help="Found by itself if it is called file, file_name, image or path."
              disabled={pending}
            />
            <FormTextField
              control={control}
              name="captionColumn"
              label="Column of captions"
              optional
              help="Texts, file names of the dataset, or numbers. Found by itself if it is called caption, prompt, text, id or index."
              disabled={pending}
            />
          </div>
        ) : null}
        <FormCheckbox
          control={control}
          name="isSeveral"
          label="A caption may have several images"
          help="Studies show the first one of each caption."
        />
      </FieldGroup>
      <FormEnd
        form={form}
        label={
          preview === null
            ? "Preview"
            : isImportable(preview, values.accept)
              ? `Import ${plural(preview.matchCount, "image", "images")}`
              : "Preview again"
        }
        back="/admin/samples"
        stop={sent ? () => abort.current?.abort() : undefined}
      >
        {sent ? (
          <ProgressBar
            value={sent.ofBytes === 0 ? null : sent.bytes / sent.ofBytes}
            label="Upload"
            text={`${sent.files} of ${sent.ofFiles} files sent, ${formatBytes(sent.bytes)} of ${formatBytes(sent.ofBytes)}`}
          />
        ) : null}
        {preview ? <PreviewPanel preview={preview} /> : null}
        {preview && needsAccepting(preview) ? (
          <FormCheckbox
            control={control}
            name="accept"
            label="Import all the same"
            help="Images that match no caption are left out, doubtful matches are taken."
          />
        ) : null}
      </FormEnd>
    </form>
  );
}

function needsAccepting({ surplus, doubtful }: SampleImportPreview): boolean {
  return surplus.items.length + doubtful.items.length > 0;
}

function isImportable(preview: SampleImportPreview, accept: boolean | undefined): boolean {
  return (
    preview.refusals.items.length === 0 &&
    preview.matchCount > 0 &&
    (accept === true || !needsAccepting(preview))
  );
}

/** What a preview is of: everything but the name and what is accepted after it. */
function keyOf({ name: _, accept: __, source, ...matching }: Values): string {
  const files =
    source.kind === "folder" ? source.path : source.files.map(({ path, file }) => `${path} ${file.size}`);
  return JSON.stringify([matching, source.kind, files]);
}

function SampleDrop({ control, disabled }: { control: Control<Values>; disabled: boolean }) {
  const { field, error } = useField({ control, name: "source.files" });
  const files: ChosenFile[] = field.value ?? [];
  const images = files.filter(({ path }) => isImageName(path));
  function add(added: ChosenFile[]) {
    const known = new Map(files.map((chosen) => [chosen.path, chosen]));
    for (const chosen of added) if (!isHiddenPath(chosen.path)) known.set(chosen.path, chosen);
    field.onChange([...known.values()]);
  }
  return (
    <div className="grid gap-3">
      <FileDrop
        name={field.name}
        multiple
        accept={[...imageEndings, ...manifestExtensions, ".txt"].join(",")}
        label="Drop the images, or their folder, here"
        hint="Up to 100 MB per image. Subfolders are included."
        error={error}
        onFiles={add}
        disabled={disabled}
      />
      {files.length > 0 ? (
        <div className="flex flex-wrap items-center justify-between gap-2 text-sm">
          <p className="numeric" aria-live="polite">
            {plural(images.length, "image", "images")},{" "}
            {plural(files.length - images.length, "other file", "other files")},{" "}
            {formatBytes(files.reduce((sum, { file }) => sum + file.size, 0))}
          </p>
          <Button size="sm" variant="quiet" disabled={disabled} onClick={() => field.onChange([])}>
            Clear
          </Button>
        </div>
      ) : null}
    </div>
  );
}
