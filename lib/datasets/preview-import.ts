/** What an import would take, before anything is decoded or stored. */
import { SemblanceError } from "@/lib/errors";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import { counted } from "@/lib/text/counted";
import { captionExtensions } from "./caption-formats";
import type { ChosenColumns } from "./caption-formats/caption-format";
import { placesOf } from "./create-caption-list";
import { extensionOf, stemOf } from "./file-names";
import type { ImportFiles } from "./import-files";
import { countRemarks, type ImportRemark } from "./import-report";
import { type PairedImage, pairCaptions, type ReadCaption, uniqueRemarks } from "./pair-captions";
import { type PromptSet, readPromptSet } from "./prompt-set";
import { readSkills } from "./prompt-skills";
import { openCaptionFile } from "./read-caption-file";
import { isParquetName } from "./sources/archive-names";
import { type OpenSource, openSource } from "./sources/open-source";
import { readSource, type SourceFile } from "./sources/source-file";
import { splitWords } from "./split-choice";

export type ImportPreview = {
  imageCount: number;
  /** Images that have at least one caption; only these are imported. */
  captionedCount: number;
  captionCount: number;
  /** What is read as what: "12 files" or a file's name, and in words what it is taken for. */
  readAs: { files: string; as: string }[];
  /** The first images in their order, with their captions. */
  rows: { path: string; captions: string[] }[];
  /** The first remarks, and how many there are in all. */
  remarks: ImportRemark[];
  remarkCount: number;
  /** Columns of the files that list images and captions, each once. */
  columns: string[];
};

const shownRows = 10;
const shownRemarks = 100;
/** Files that list captions, looked into for their columns. */
const readTables = 20;

/**
 * Images are not decoded: what is wrong with their pixels is found by the import.
 *
 * @throws SemblanceError where the source cannot be read, as `openSource`
 */
export async function previewImport(
  source: ImportFiles,
  columns: ChosenColumns,
  access: FileAccess,
): Promise<ImportPreview> {
  const opened = await openSource(source, access, columns).then(
    (found): Previewed => ({ ...found, columns: [] }),
    asUnreadable,
  );
  try {
    const prompts = await readPromptSet(opened.files, columns);
    if (prompts) return await previewPrompts(prompts, opened);
    const { images, remarks } = await pairCaptions(opened.files, columns);
    const captioned = images.filter(({ captions }) => captions.length > 0);
    const all = uniqueRemarks([...opened.remarks, ...remarks, ...images.flatMap(remarksOn)]);
    const tables = await describeTables(opened.files, images);
    const ofContainers = opened.containers.flatMap((container) => container.columns);
    return {
      imageCount: images.length,
      captionedCount: captioned.length,
      captionCount: captioned.reduce((sum, { captions }) => sum + captions.length, 0),
      readAs: [...describeContainers(opened), ...describeFiles(opened.files, images), ...tables.readAs],
      rows: images.slice(0, shownRows).map(({ file, captions }) => ({
        path: file.path,
        captions: captions.map(captionWords),
      })),
      remarks: all.slice(0, shownRemarks),
      remarkCount: countRemarks(all),
      columns: [...new Set([...opened.columns, ...ofContainers, ...tables.columns])],
    };
  } finally {
    await opened.close();
  }
}

/** A set of prompts has no images; its captions are shown under their names or numbers. */
async function previewPrompts(prompts: PromptSet, opened: Previewed): Promise<ImportPreview> {
  const { places, captionCount } = placesOf(prompts.entries);
  const tables = await describeTables(opened.files, []);
  return {
    imageCount: 0,
    captionedCount: 0,
    captionCount,
    readAs: [...describeContainers(opened), ...tables.readAs],
    rows: places.slice(0, shownRows).map(({ stem, split, captions }) => ({
      path: stem,
      captions: captions.map((caption) => captionWords({ ...caption, split })),
    })),
    remarks: opened.remarks.slice(0, shownRemarks),
    remarkCount: countRemarks(opened.remarks),
    columns: [
      ...new Set([
        ...opened.columns,
        ...opened.containers.flatMap(({ columns }) => columns),
        ...tables.columns,
      ]),
    ],
  };
}

function captionWords({ text, categories = {}, split }: Omit<ReadCaption, "tokenCount">): string {
  const groups = Object.entries(categories).map(([name, values]) => `${name}: ${values.join(", ")}`);
  return [text, ...groups, ...(split === "HELD_OUT" ? [splitWords[split]] : [])].join(" · ");
}

type Previewed = OpenSource & { readonly columns: readonly string[] };

/** A single file of which the columns cannot be told has an empty preview that lists them; anything else is thrown on. */
function asUnreadable(error: unknown): Previewed {
  const columns = error instanceof SemblanceError ? error.details?.columns : undefined;
  if (!(error instanceof SemblanceError) || !Array.isArray(columns)) throw error;
  const { message, remedy = "" } = error;
  return {
    files: [],
    containers: [],
    columns,
    remarks: [{ file: "", kind: "unreadable", message, remedy, refused: true }],
    close: async () => {},
  };
}

function remarksOn({ file, captions, captionFile, remarks }: PairedImage<SourceFile>): ImportRemark[] {
  if (captions.length > 0) return [...remarks];
  const message = captionFile ? `${captionFile} contains no usable caption.` : `${file.path} has no caption.`;
  const remedy = `Write at least one caption into ${stemOf(file.path)}.txt, one per line.`;
  return [...remarks, { file: file.path, kind: "no-caption", message, remedy, refused: true }];
}

function describeContainers({ containers }: OpenSource): ImportPreview["readAs"] {
  return containers.slice(0, readTables).map(({ path, fileCount, columns }) => ({
    files: path,
    as: isParquetName(path)
      ? `Parquet with ${counted(fileCount, "image", "images")}; columns ${columns.join(", ")}`
      : `archive of ${counted(fileCount, "file", "files")}`,
  }));
}

/** Images and what is beside them, by ending. */
function describeFiles(
  files: readonly SourceFile[],
  images: readonly PairedImage<SourceFile>[],
): ImportPreview["readAs"] {
  const taken = new Set<SourceFile>(images.map(({ file }) => file));
  const beside = new Set(images.flatMap(({ captionFile }) => captionFile ?? []));
  const counts = new Map<string, { count: number; as: string }>();
  for (const file of files) {
    const as = taken.has(file)
      ? "images"
      : beside.has(file.path)
        ? "captions of the image of the same name"
        : null;
    if (as === null) continue;
    const key = `${extensionOf(file.path) || "rows"} ${as}`;
    counts.set(key, { as, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts].map(([key, { count, as }]) => {
    const kind = key.split(" ")[0]!;
    const noun = kind === "rows" ? "row" : `${kind} file`;
    return { files: counted(count, noun, `${noun}s`), as };
  });
}

/** Files that list captions of several images. */
async function describeTables(
  files: readonly SourceFile[],
  images: readonly PairedImage<SourceFile>[],
): Promise<{ readAs: ImportPreview["readAs"]; columns: string[] }> {
  const beside = new Set(images.flatMap(({ captionFile }) => captionFile ?? []));
  const stems = new Set(images.map(({ file }) => stemOf(file.path)));
  const tables = files.filter(
    ({ path, entries }) =>
      !entries &&
      captionExtensions.includes(extensionOf(path)) &&
      !beside.has(path) &&
      !stems.has(stemOf(path)),
  );
  const readAs: ImportPreview["readAs"] = [];
  const columns: string[] = [];
  for (const file of tables.slice(0, readTables)) {
    const bytes = await readSource(file);
    if (bytes instanceof SemblanceError) continue;
    try {
      const { format, text } = openCaptionFile(file.path, bytes);
      columns.push(...(format.columns?.(text, file.path) ?? []));
      const isSkills = readSkills(file.path, text) !== null;
      readAs.push({
        files: file.path,
        as: isSkills ? "skills of prompts, by their numbers" : format.description,
      });
    } catch {
      // A remark says what is wrong with it.
    }
  }
  return { readAs, columns };
}
