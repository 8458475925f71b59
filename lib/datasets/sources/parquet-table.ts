/** Parquet files: tables of captions, and images as data sets of the Hugging Face Hub hold them, read by groups of rows. */
import { type FileHandle, open } from "node:fs/promises";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { SemblanceError } from "@/lib/errors";
import { type CaptionEntry, type ChosenColumns, readCategories } from "../caption-formats/caption-format";
import { ofCaption, readExportedSplit } from "../caption-formats/exported-fields";
import { stemOf } from "../file-names";
import { type ArchiveFile, archiveError } from "./archive";
import { chooseColumns, describeColumns, type ParquetColumns } from "./parquet-columns";

/** What a Parquet file holds, without the bytes of its images. */
export type ParquetContents = {
  /** Column of the images; null for a table. */
  readonly image: string | null;
  /** Paths of the images, in the order of their rows. */
  readonly names: readonly string[];
  /** By row; those of a table name their images. */
  readonly captions: readonly (readonly CaptionEntry[])[];
  readonly groups: readonly RowGroup[];
  /** What can be chosen: columns of images, and of texts. */
  readonly columns: readonly string[];
};

export type RowGroup = { readonly index: number; readonly firstRow: number; readonly rowCount: number };

/** A group is decoded as a whole. The Hub's own writer makes groups of 100 to 1,000 images. */
const largestGroupBytes = 1e9;
const mostRows = 10_000_000;

/**
 * @param columns with several columns of images or captions, those that are meant
 * @throws SemblanceError `invalid_file` or `too_large` naming the file
 */
export async function readParquetContents(
  archive: ArchiveFile,
  columns: ChosenColumns,
): Promise<ParquetContents> {
  return withParquet(archive, columns, async (parquet) => ({
    image: parquet.image,
    names: parquet.image === null ? [] : await readNames(parquet),
    captions: await readCaptions(parquet),
    groups: parquet.groups,
    columns: [...parquet.images, ...parquet.texts],
  }));
}

/**
 * The images of a group of rows, null where a cell is empty.
 *
 * @throws SemblanceError `invalid_file`
 */
export async function readParquetImages(
  archive: ArchiveFile,
  columns: ChosenColumns,
  group: number,
): Promise<(Uint8Array<ArrayBuffer> | null)[]> {
  return withParquet(archive, columns, async (parquet) => {
    const image = parquet.image!;
    return (await readRows(parquet, group, [image])).map((row) => toBytes(row[image]));
  });
}

async function withParquet<Result>(
  archive: ArchiveFile,
  columns: ChosenColumns,
  use: (parquet: Parquet) => Promise<Result>,
): Promise<Result> {
  const handle = await open(archive.path, "r");
  try {
    return await use(await readDescription(archive, handle, columns));
  } catch (error) {
    throw describe(archive, error);
  } finally {
    await handle.close();
  }
}

type Parquet = ParquetColumns & {
  readonly archive: ArchiveFile;
  readonly buffer: AsyncBuffer;
  readonly metadata: FileMetaData;
  readonly groups: readonly RowGroup[];
};

async function readDescription(
  archive: ArchiveFile,
  handle: FileHandle,
  chosen: ChosenColumns,
): Promise<Parquet> {
  const buffer = toBuffer(handle, archive.sizeBytes);
  const metadata = await parquetMetadataAsync(buffer);
  const groups: RowGroup[] = [];
  let firstRow = 0;
  for (const { num_rows, columns } of metadata.row_groups) {
    const rowCount = Number(num_rows);
    const bytes = columns.reduce(
      (sum, column) => sum + Number(column.meta_data?.total_uncompressed_size ?? 0),
      0,
    );
    const packed = columns.reduce(
      (sum, column) => sum + Number(column.meta_data?.total_compressed_size ?? 0),
      0,
    );
    if (!(rowCount >= 0 && rowCount <= mostRows && firstRow + rowCount <= mostRows)) {
      throw new SemblanceError("too_large", `${archive.name} says that it has more than ${mostRows} rows.`, {
        remedy: "Split it into several files.",
      });
    }
    if (bytes > largestGroupBytes || packed > archive.sizeBytes) {
      throw new SemblanceError(
        "too_large",
        `A row group of ${archive.name} holds ${(bytes / 1e9).toFixed(1)} GB; groups of up to ${largestGroupBytes / 1e9} GB are read.`,
        { remedy: "Write it with smaller row groups, such as 100 images each." },
      );
    }
    groups.push({ index: groups.length, firstRow, rowCount });
    firstRow += rowCount;
  }
  return {
    ...{ archive, buffer, metadata, groups },
    ...chooseColumns(archive, describeColumns(metadata), chosen),
  };
}

/** By row. */
async function readCaptions(parquet: Parquet): Promise<CaptionEntry[][]> {
  const { captions, categories, split, name, image, groups } = parquet;
  const others = [split, name].filter((column) => column !== null);
  const columns = [...new Set([...captions, ...categories, ...others])];
  const entries: CaptionEntry[][] = [];
  for (const { index } of groups) {
    const rows = await readRows(parquet, index, columns);
    for (const row of rows) {
      const place = `row ${entries.length + 1}`;
      const texts = captions.flatMap((column) => toTexts(row[column]));
      // Beside its image, a row's name is that of the image itself.
      const named = name === null || image !== null ? null : (toTexts(row[name])[0] ?? "");
      const grouping = new Map(categories.map((column) => [column, toTexts(row[column])]));
      const ofSplit = split === null ? {} : readExportedSplit(toTexts(row[split])[0]);
      entries.push(
        texts.map((caption, index) => {
          const contentOf = (column: string) => ofCaption(grouping.get(column), index, texts.length);
          const groupedBy = readCategories(categories, contentOf, { categories });
          return { image: named, isBare: false, caption, place, ...groupedBy, ...ofSplit };
        }),
      );
    }
  }
  return entries;
}

/** Of the images, by row: those that the file gives if it gives all and no two are equal, else the numbers of the rows. */
async function readNames(parquet: Parquet): Promise<string[]> {
  const { archive, groups, image, name, metadata } = parquet;
  const children = parquetSchema(metadata).children.find(({ element }) => element.name === image)?.children;
  const hasPath = children?.length === 2 && children.some(({ element }) => element.name === "path");
  const rowCount = groups.reduce((sum, group) => sum + group.rowCount, 0);
  const numbered = () => {
    const digits = String(Math.max(rowCount - 1, 1)).length;
    const stem = stemOf(archive.name);
    return Array.from({ length: rowCount }, (_, row) => `${stem}/${String(row).padStart(digits, "0")}`);
  };
  if (!hasPath && name === null) return numbered();
  const names: string[] = [];
  const column = name ?? image!;
  const pathsOnly = name === null ? { ...parquet, metadata: withoutBytes(metadata, image!) } : parquet;
  for (const { index } of groups) {
    for (const row of await readRows(pathsOnly, index, [column])) {
      const content = row[column] as unknown;
      const written = name === null ? (content as { path?: unknown } | null)?.path : content;
      names.push(relativeName(toTexts(written)[0]));
    }
  }
  return names.includes("") || new Set(names).size < names.length ? numbered() : names;
}

/** Without what leads out of the data set; the file's own folders stay. */
function relativeName(written: string | undefined): string {
  const parts = (written ?? "").replaceAll("\\", "/").split("/");
  return parts
    .filter((part) => part !== "" && part !== "." && part !== ".." && !part.endsWith(":"))
    .join("/");
}

/** The same file as if its images had no bytes, so that their paths are read without them. */
function withoutBytes(metadata: FileMetaData, image: string): FileMetaData {
  const at = metadata.schema.findIndex(({ name, num_children }) => name === image && num_children === 2);
  const schema = metadata.schema.flatMap((element, index) => {
    if (index === at) return [{ ...element, num_children: 1 }];
    const isOfImage = index > at && index <= at + 2;
    return isOfImage && element.name === "bytes" ? [] : [element];
  });
  const isBytes = (path: readonly string[] | undefined) => path?.[0] === image && path[1] === "bytes";
  const row_groups = metadata.row_groups.map((group) => ({
    ...group,
    columns: group.columns.filter(({ meta_data }) => !isBytes(meta_data?.path_in_schema)),
  }));
  return { ...metadata, schema, row_groups };
}

async function readRows(
  { buffer, metadata, groups }: Parquet,
  group: number,
  columns: readonly string[],
): Promise<Record<string, unknown>[]> {
  if (groups[group]!.rowCount === 0 || columns.length === 0) return [];
  // As if the file had this group alone: hyparquet looks at all of them for every reading.
  const alone = { ...metadata, row_groups: [metadata.row_groups[group]!] };
  return parquetReadObjects({
    ...{ file: buffer, metadata: alone, compressors, utf8: false, columns: [...columns] },
  });
}

/** A text, bytes of one, or a list of either; nothing where the cell is empty. */
function toTexts(content: unknown): string[] {
  if (content === null || content === undefined) return [];
  if (Array.isArray(content)) return content.flatMap(toTexts);
  return [content instanceof Uint8Array ? new TextDecoder().decode(content).trim() : String(content).trim()];
}

/** A copy: a view would keep the whole page in memory. */
function toBytes(content: unknown): Uint8Array<ArrayBuffer> | null {
  const bytes = content instanceof Uint8Array ? content : (content as { bytes?: unknown } | null)?.bytes;
  return bytes instanceof Uint8Array ? new Uint8Array(bytes) : null;
}

function toBuffer(handle: FileHandle, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    async slice(start, end = byteLength) {
      const length = Math.max(0, Math.min(end, byteLength) - start);
      const bytes = new ArrayBuffer(length);
      await handle.read(new Uint8Array(bytes), 0, length, start);
      return bytes;
    },
  };
}

function describe({ name }: ArchiveFile, error: unknown): unknown {
  if (error instanceof SemblanceError || (error as NodeJS.ErrnoException).syscall !== undefined) return error;
  return archiveError(
    name,
    `is not a readable Parquet file: ${(error as Error).message}`,
    "Write it again, for example with the datasets library.",
    { cause: error },
  );
}
