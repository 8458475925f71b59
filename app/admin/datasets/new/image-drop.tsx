/** Where the files of an import are dropped or chosen, and what of them will be sent. */
"use client";

import type { Control } from "react-hook-form";
import type { z } from "zod";
import type { ChosenFile } from "@/components/file-drop";
import { FormFiles } from "@/components/form/form-files";
import { formatBytes, plural } from "@/components/numbers";
import { extensionOf } from "@/lib/datasets/file-names";
import type { importForm } from "@/lib/datasets/import-fields";
import { containerEndings, isContainer } from "@/lib/datasets/sources/archive-names";
import { imageEndings, isImageName } from "@/lib/images/image-formats";

export function ImageDrop({
  control,
  captionExtensions,
  disabled,
  onFolder,
}: {
  control: Control<z.input<typeof importForm>>;
  captionExtensions: readonly string[];
  disabled: boolean;
  onFolder: (name: string) => void;
}) {
  return (
    <FormFiles
      control={control}
      name="source.files"
      accept={[...imageEndings, ...captionExtensions, ...containerEndings].join(",")}
      label="Drop images and captions, their folder, or a zip, tar or Parquet file, here"
      hint="Up to 100 MB per image, 8 GB per archive. Subfolders are included; other files are skipped."
      disabled={disabled}
      onAdded={([first]) => {
        const [folder, inside] = first?.path.split("/") ?? [];
        if (folder && inside) onFolder(folder);
      }}
      summary={(files) => <Sorted files={files} captionExtensions={captionExtensions} />}
    />
  );
}

function Sorted({
  files,
  captionExtensions,
}: {
  files: readonly ChosenFile[];
  captionExtensions: readonly string[];
}) {
  const { images, captions, archives, wanted, others } = sortFiles(files, captionExtensions);
  return (
    <>
      {plural(images.length, "image", "images")}, {plural(captions.length, "caption file", "caption files")},{" "}
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
    </>
  );
}

export function sortFiles(files: readonly ChosenFile[], captionExtensions: readonly string[]) {
  const images = files.filter(({ path }) => isImageName(path));
  const captions = files.filter(({ path }) => captionExtensions.includes(extensionOf(path)));
  const archives = files.filter(({ path }) => isContainer(path));
  const wanted = [...images, ...captions, ...archives];
  return { images, captions, archives, wanted, others: files.filter((file) => !wanted.includes(file)) };
}
