/** Reads a caption file of any known format; anyone who takes captions from a file reads it here. */
import { readFile } from "node:fs/promises";
import { SemblanceError } from "@/lib/errors";
import { captionFormats } from "./caption-formats";
import {
  type CaptionEntry,
  type CaptionFormat,
  type ChosenColumns,
  captionFileError,
} from "./caption-formats/caption-format";
import { decodeText } from "./decode-text";
import { extensionOf } from "./file-names";

/**
 * @param file its name, whose extension says the format
 * @returns everything it holds, in its order; entries without text included
 * @throws SemblanceError `unsupported_file` for another format, `invalid_file` for what is none of its own
 */
export function readCaptionEntries(
  file: string,
  bytes: Uint8Array,
  columns: ChosenColumns = {},
): CaptionEntry[] {
  const { format, text } = openCaptionFile(file, bytes);
  const entries = format.read(text, file, columns);
  const missing = columns.categories?.find((name) => !entries.some((entry) => isOf(entry, name)));
  if (missing === undefined || entries.length === 0) return entries;
  throw captionFileError(
    file,
    `has nothing in a column or field “${missing}” to group captions by`,
    `Choose another one${format.columns ? `: ${format.columns(text, file).join(", ")}` : ""}.`,
  );
}

/** Whether the entry has a category of this name, whatever the case of its letters. */
function isOf({ categories = {} }: CaptionEntry, name: string): boolean {
  const wanted = name.trim().toLowerCase();
  const names = Object.keys(categories);
  // There, exports have lists under other names.
  return wanted === "categories" ? names.length > 0 : names.some((each) => each.toLowerCase() === wanted);
}

/** @throws SemblanceError as `readCaptionEntries` */
export function openCaptionFile(file: string, bytes: Uint8Array): { format: CaptionFormat; text: string } {
  const extension = extensionOf(file.replaceAll("\\", "/"));
  const candidates = captionFormats.filter(({ extensions }) => extensions.includes(extension));
  if (candidates.length > 0) {
    const text = decodeText(file, bytes);
    return { text, format: candidates.find(({ claims }) => claims?.(text, file) ?? true)! };
  }
  throw new SemblanceError("unsupported_file", `${file} is not in a known caption format.`, {
    remedy: `Give ${captionFormats.map(({ description }) => description).join("; or ")}.`,
  });
}

/**
 * The captions of a file, whatever images they are of.
 *
 * @throws SemblanceError `not_found`, and as `readCaptionEntries`
 */
export async function readCaptionList(path: string): Promise<string[]> {
  const entries = readCaptionEntries(path, await readCaptionBytes(path));
  return entries.map(({ caption }) => caption).filter((caption) => caption !== "");
}

/** @throws SemblanceError `not_found` */
export async function readCaptionBytes(path: string): Promise<Buffer> {
  return readFile(path).catch((cause: unknown) => {
    throw new SemblanceError("not_found", `${path}: the caption file cannot be read.`, {
      remedy: "Check the path.",
      cause,
    });
  });
}
