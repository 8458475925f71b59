/** What an import would take, for the form. */
import type { ChosenColumns } from "@/lib/datasets/caption-formats/caption-format";
import type { ImportFiles } from "@/lib/datasets/import-files";
import { type ImportPreview, previewImport } from "@/lib/datasets/preview-import";
import { formFiles } from "@/lib/platform/server-files/file-access";

export function compute({
  source,
  columns,
}: {
  source: ImportFiles;
  columns: ChosenColumns;
}): Promise<ImportPreview> {
  return previewImport(source, columns, formFiles);
}
