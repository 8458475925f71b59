/** What is said of images where they are: in files beside them, in a file for their folder, and in the images. */
import { imageFields } from "@/lib/datasets/caption-formats/caption-format";
import { decodeText } from "@/lib/datasets/decode-text";
import { extensionOf, folderOf, stemOf } from "@/lib/datasets/file-names";
import { readSource, type SourceFile } from "@/lib/datasets/sources/source-file";
import { SemblanceError } from "@/lib/errors";
import { notesOfRecord, parseRecord, textOfRecord } from "./generator-notes";
import { readImageNotes, type SaidOfImage } from "./image-notes";

/**
 * Of the .txt and .json with an image's name, or of its row of a Parquet file, the text of the former before that of the latter;
 * where they say nothing, of the nearest folder that has a file for all of its images, as GenEval's have.
 *
 * @returns by the image's path, and the files for folders
 * @throws SemblanceError `invalid_file` naming a file that is no text
 */
export async function readBeside(
  files: readonly SourceFile[],
  images: readonly SourceFile[],
): Promise<{ said: Map<string, SaidOfImage>; ofFolders: ReadonlySet<string> }> {
  const [texts, records] = [byStem(".txt", files), byStem(".json", files)];
  const folders = await readFolders(files);
  const said = new Map<string, SaidOfImage>();
  for (const { path, entries } of images) {
    const [text, record] = [texts.get(stemOf(path)), records.get(stemOf(path))];
    const own = record ? saidOf(parseRecord(await readText(record))) : null;
    const line = text ? firstLine(await readText(text)) : (entries?.[0]?.caption ?? null);
    const above = nearest(folders, path);
    if (!own && line === null && !above) continue;
    said.set(path, {
      notes: { ...above?.notes, ...own?.notes },
      text: line ?? own?.text ?? above?.text ?? null,
    });
  }
  return { said, ofFolders: new Set([...folders.values()].map(({ file }) => file)) };
}

/** As many are read to find out whether the images of a set hold texts at all. */
const tried = 8;

/** The texts that generators wrote into images, by their paths; all images are read only where some of a few hold one. */
export async function readEmbedded(images: readonly SourceFile[]): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const stride = Math.max(1, Math.floor(images.length / tried));
  const some = new Set(images.filter((_, at) => at % stride === 0).slice(0, tried));
  const read = async (each: SourceFile) => {
    const bytes = await readSource(each);
    const text = bytes instanceof SemblanceError ? null : readImageNotes(bytes).text;
    if (text !== null) texts.set(each.path, text);
  };
  for (const each of some) await read(each);
  if (texts.size > 0) for (const each of images) if (!some.has(each)) await read(each);
  return texts;
}

const folderFile = /(?:^|\/)(?:prompt|caption|metadata)\.(?:txt|json|jsonl)$/i;

type OfFolder = SaidOfImage & { readonly file: string };

/** By the folder. A file that lists several texts, or files, is said of no folder as a whole. */
async function readFolders(files: readonly SourceFile[]): Promise<Map<string, OfFolder>> {
  const folders = new Map<string, OfFolder>();
  for (const file of files) {
    const folder = folderOf(file.path);
    if (folder === "" || !folderFile.test(file.path)) continue;
    const text = await readText(file);
    const lines = text.split(/\r\n|\n|\r/).filter((line) => line.trim() !== "");
    if (extensionOf(file.path) === ".txt") {
      if (lines.length === 1) folders.set(folder, { file: file.path, notes: {}, text: lines[0]! });
      continue;
    }
    const record = parseRecord(extensionOf(file.path) === ".jsonl" ? (lines.length === 1 ? text : "") : text);
    const said = saidOf(record);
    if (said?.text != null && !Object.keys(record!).some(isFileField)) {
      folders.set(folder, { ...said, file: file.path });
    }
  }
  return folders;
}

function isFileField(name: string): boolean {
  return (imageFields as readonly string[]).includes(name.toLowerCase());
}

function nearest(folders: ReadonlyMap<string, OfFolder>, path: string): OfFolder | undefined {
  for (let folder = folderOf(path); folder !== ""; folder = folderOf(folder.slice(0, -1))) {
    const found = folders.get(folder);
    if (found) return found;
  }
  return undefined;
}

function byStem(extension: string, files: readonly SourceFile[]): Map<string, SourceFile> {
  return new Map(
    files
      .filter(({ path }) => extensionOf(path) === extension)
      .map((file): [string, SourceFile] => [stemOf(file.path), file]),
  );
}

async function readText(file: SourceFile): Promise<string> {
  const bytes = await readSource(file);
  if (bytes instanceof SemblanceError) throw bytes;
  return decodeText(file.path, bytes);
}

function firstLine(text: string): string | null {
  return text.split(/\r\n|\n|\r/).find((line) => line.trim() !== "") ?? null;
}

function saidOf(record: Record<string, unknown> | null): SaidOfImage | null {
  return record && { notes: notesOfRecord(record), text: textOfRecord(record) };
}
