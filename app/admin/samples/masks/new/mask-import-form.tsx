/** The form of an import of masks: a name, the dataset, and the files. */
"use client";

import { useRouter } from "next/navigation";
import { useRef, useState } from "react";
import { useWatch } from "react-hook-form";
import { AllowedFolders } from "@/components/allowed-folders";
import { FieldGroup } from "@/components/field";
import { FormEnd } from "@/components/form/form-end";
import { FormChoice, FormSelect, FormTextField } from "@/components/form/form-fields";
import { FormFiles } from "@/components/form/form-files";
import { useActionForm } from "@/components/form/use-action-form";
import { formatCount, plural } from "@/components/numbers";
import { refusedUpload } from "@/components/upload-file";
import { UploadProgress } from "@/components/upload-progress";
import { type Sent, useUploads } from "@/components/use-uploads";
import { containerEndings } from "@/lib/datasets/sources/archive-names";
import { imageEndings } from "@/lib/images/image-formats";
import { importMasksForm } from "@/lib/mask-sets/mask-set-fields";
import { importMasks } from "../../actions";

/** @param roots of the server, from which folders may be imported */
export function MaskImportForm({
  datasets,
  roots,
}: {
  datasets: readonly { id: string; name: string; imageCount: number }[];
  roots: readonly string[];
}) {
  const router = useRouter();
  const [sent, setSent] = useState<Sent | null>(null);
  const abort = useRef<AbortController | null>(null);
  const upload = useUploads(setSent);
  const form = useActionForm({
    schema: importMasksForm,
    defaultValues: { name: "", datasetId: datasets[0]!.id, source: { kind: "upload", files: [] } },
    toName: (path) => (path === "path" || path === "files" ? `source.${path}` : path),
    submit: async ({ source, ...values }) => {
      abort.current = new AbortController();
      try {
        const files =
          source.kind === "folder"
            ? source
            : { kind: "upload" as const, files: await upload(source.files, abort.current.signal) };
        return await importMasks({ ...values, source: files });
      } catch (error) {
        const refused = refusedUpload(error, abort.current.signal);
        abort.current.abort();
        return refused;
      } finally {
        setSent(null);
      }
    },
    onSuccess: ({ maskSetId }) => router.push(`/admin/samples/masks/${maskSetId}`),
  });
  const { control, pending } = form;
  const kind = useWatch({ control, name: "source.kind" });
  return (
    <form {...form.element} className="grid gap-9">
      <FieldGroup title="Name" text="Shown where samples are drawn.">
        <FormTextField control={control} name="name" label="Name" disabled={pending} />
        <FormSelect control={control} name="datasetId" label="Images of">
          {datasets.map(({ id, name, imageCount }) => (
            <option key={id} value={id}>
              {name} ({formatCount(imageCount)})
            </option>
          ))}
        </FormSelect>
      </FieldGroup>
      <FieldGroup
        title="Masks"
        text="Each has the name of its image. In a folder that holds the images too, put masks into a folder called masks, or end their names with -mask."
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
            placeholder={`${roots[0]}/masks`}
            help={<AllowedFolders roots={roots} />}
            disabled={pending}
          />
        ) : (
          <FormFiles
            control={control}
            name="source.files"
            accept={[...imageEndings, ...containerEndings].join(",")}
            label="Drop masks, their folder, or a zip or tar file, here"
            hint="PNG files are best: JPEG blurs edges."
            disabled={pending}
            summary={(files) => plural(files.length, "file", "files")}
          />
        )}
      </FieldGroup>
      <FormEnd
        form={form}
        label="Import"
        back="/admin/samples/masks"
        stop={sent ? () => abort.current?.abort() : undefined}
      >
        {sent ? <UploadProgress sent={sent} /> : null}
      </FormEnd>
    </form>
  );
}
