/** Captions as one file gives them, and what there is to say of the file. */
import { SemblanceError } from "@/lib/errors";
import { oneLine } from "@/lib/text/one-line";
import type { CaptionEntry, ChosenColumns } from "./caption-formats/caption-format";
import type { ImportRemark } from "./import-report";
import { readCaptionEntries } from "./read-caption-file";
import { readSource, type SourceFile } from "./sources/source-file";

export type CaptionSource = {
  readonly file: string;
  readonly entries: readonly CaptionEntry[];
  readonly remarks: readonly ImportRemark[];
};

/** Null where the file cannot be read as what it calls itself; a remark then says why. */
export async function readEntries(
  file: SourceFile,
  remarks: ImportRemark[],
  columns: ChosenColumns = {},
): Promise<readonly CaptionEntry[] | null> {
  if (file.entries) return file.entries;
  const bytes = await readSource(file);
  if (bytes instanceof SemblanceError) {
    remarks.push(refusal(file.path, "unreadable", bytes.message, bytes.remedy ?? ""));
    return null;
  }
  try {
    return readCaptionEntries(file.path, bytes, columns);
  } catch (error) {
    if (!(error instanceof SemblanceError)) throw error;
    remarks.push(refusal(file.path, "unreadable", error.message, error.remedy ?? ""));
    return null;
  }
}

export function refusal(
  file: string,
  kind: ImportRemark["kind"],
  message: string,
  remedy: string,
): ImportRemark {
  return { file, kind, message: oneLine(message), remedy, refused: true };
}
