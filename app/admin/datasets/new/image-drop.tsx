/** Where the files of an import are dropped or chosen, and what of them will be sent. */
"use client";

import type { Control } from "react-hook-form";
import type { z } from "zod";
import { Button } from "@/components/button";
import { type ChosenFile, FileDrop } from "@/components/file-drop";
import { useField } from "@/components/form/form-fields";
import { formatBytes, plural } from "@/components/numbers";
import { extensionOf, isHiddenPath } from "@/lib/datasets/file-names";
import type { importForm } from "@/lib/datasets/import-fields";
import { containerEndings, isContainer } from "@/lib/datasets/sources/archive-names";
import { imageEndings, isImageName } from "@/lib/images/image-formats";

type Values = z.input<typeof importForm>;

export function ImageDrop({
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

export function sortFiles(files: readonly ChosenFile[], captionExtensions: readonly string[]) {
  const images = files.filter(({ path }) => isImageName(path));
  const captions = files.filter(({ path }) => captionExtensions.includes(extensionOf(path)));
  const archives = files.filter(({ path }) => isContainer(path));
  const wanted = [...images, ...captions, ...archives];
  return { images, captions, archives, wanted, others: files.filter((file) => !wanted.includes(file)) };
}
