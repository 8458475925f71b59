/**
 * The files that an import reads, wherever they are: in a folder of the server, among uploads, or in archives in either.
 * Whoever opens a source reads its files in any order and closes it.
 */
import { stat } from "node:fs/promises";
import { SemblanceError } from "@/lib/errors";
import { type FileAccess, howToImport } from "@/lib/platform/server-files/file-access";
import { holdFile, readOpenFile } from "@/lib/platform/server-files/open-file";
import { blobStore, readBlob } from "@/lib/platform/storage/store-blob";
import type { ChosenColumns } from "../caption-formats/caption-format";
import { isHiddenPath, toRelativePath, withoutCommonFolder } from "../file-names";
import type { ImportFiles } from "../import-files";
import type { ImportRemark } from "../import-report";
import { listFolder } from "../list-folder";
import { type ArchiveFile, largestImageBytes } from "./archive";
import { isContainer, isParquetName } from "./archive-names";
import { openArchive } from "./open-archive";
import { openParquet } from "./parquet-file";
import type { SourceFile } from "./source-file";

export type OpenSource = {
  /** In natural order of their paths ("dog-2" before "dog-10"), subfolders included; hidden ones are passed over. */
  readonly files: readonly SourceFile[];
  /** The archives and Parquet files among them, with the number of files that each holds. */
  readonly containers: readonly Pick<Container, "path" | "fileCount" | "columns">[];
  /** On files, folders and archives that cannot be read. */
  readonly remarks: readonly ImportRemark[];
  readonly close: () => Promise<void>;
};

/** A file before it is known whether it is an archive. */
type Found = SourceFile & {
  /** The file on this disk, until it is closed. */
  readonly hold: () => Promise<Pick<ArchiveFile, "path" | "sizeBytes"> & { close: () => Promise<void> }>;
};

type Container = {
  readonly path: string;
  readonly fileCount: number;
  /** Of a Parquet file: those that can be chosen. */
  readonly columns: readonly string[];
  readonly files: readonly SourceFile[];
};

/**
 * @param access to a folder of the server
 * @throws SemblanceError `not_found` or `invalid_input` naming the folder; what is wrong with the archive where the source is
 *   a single one
 */
export async function openSource(
  source: ImportFiles,
  access: FileAccess,
  columns: ChosenColumns = {},
): Promise<OpenSource> {
  const { found, remarks } =
    source.kind === "folder" ? await findOnServer(source.path, access) : findUploads(source.files);
  const isSingle = found.length === 1;
  const held: { close: () => Promise<void> }[] = [];
  const close = async () => {
    for (const each of held.splice(0)) await each.close();
  };
  const plain: SourceFile[] = [];
  const containers: Container[] = [];
  try {
    for (const file of found) {
      if (!isContainer(file.path)) {
        plain.push({ path: file.path, read: file.read });
        continue;
      }
      try {
        containers.push(await openContainer(file, columns, held));
      } catch (error) {
        if (isSingle || !(error instanceof SemblanceError) || error.code === "disk_full") throw error;
        remarks.push(refusal(file.path, error.message, error.remedy ?? ""));
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  const { files, twice } = mergeTrees(plain, containers);
  for (const { path, archive } of twice) {
    remarks.push({
      ...refusal(
        path,
        `${archive} holds ${path} twice; the first was taken.`,
        "Pack it again with one of them.",
      ),
      kind: "duplicate",
    });
  }
  return {
    files,
    containers,
    remarks,
    close,
  };
}

async function openContainer(
  { path, hold }: Found,
  chosen: ChosenColumns,
  held: { close: () => Promise<void> }[],
): Promise<Container> {
  const local = await hold();
  held.push(local);
  const file = { ...local, name: path };
  if (isParquetName(path)) {
    const { entries, table, columns, close } = await openParquet(file, chosen);
    held.push({ close });
    const files = entries.map(({ path: name, captions, read }) => ({
      path: name,
      isImage: true,
      entries: captions,
      read,
    }));
    // What the table says is read already.
    const listed = { path, entries: table ?? [], read: async () => Buffer.alloc(0) };
    return { path, columns, fileCount: files.length, files: table === null ? files : [listed] };
  }
  const { entries, close } = await openArchive(file);
  held.push({ close });
  const files = entries.flatMap((entry) =>
    isHiddenPath(entry.path) ? [] : [{ path: entry.path, read: entry.read }],
  );
  return { path, columns: [], fileCount: files.length, files };
}

async function findOnServer(
  path: string,
  access: FileAccess,
): Promise<{ found: Found[]; remarks: ImportRemark[] }> {
  const mostBytes = largestImageBytes();
  const toFound = (file: { path: string; absolutePath: string }): Found => ({
    path: file.path,
    read: () => readOpenFile(file.absolutePath, { access, name: file.path, mostBytes }),
    hold: () => holdFile(file.absolutePath, { access, name: file.path }),
  });
  if (await isSingleFile(path, access)) {
    const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
    return { found: [toFound({ path: name, absolutePath: path })], remarks: [] };
  }
  const { files, unreadable, outside } = await listFolder(path, access);
  const remarks = [
    ...unreadable.map((file) =>
      refusal(
        file,
        `${file} cannot be opened.`,
        "Make it readable for the user that runs Semblance, or fix the link.",
      ),
    ),
    ...outside.map((file) =>
      refusal(
        file,
        `${file} is a link to a file or folder that may not be imported.`,
        `Copy what it leads to in its place. ${howToImport()}`,
      ),
    ),
  ];
  return { found: files.map(toFound), remarks };
}

/** Whether the path is that of one file that holds others. */
async function isSingleFile(path: string, access: FileAccess): Promise<boolean> {
  if (!isContainer(path)) return false;
  await access.checkName(path);
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/** The same paths as if the chosen folder lay on the server. */
function findUploads(uploads: readonly { name: string; sha256: string }[]): {
  found: Found[];
  remarks: ImportRemark[];
} {
  const shown = uploads
    .map(({ name, sha256 }) => ({ path: toRelativePath(name), sha256 }))
    .filter(({ path }) => !isHiddenPath(path));
  const relative = withoutCommonFolder(shown.map(({ path }) => path));
  const found = shown.map(({ sha256 }, at) => ({
    path: relative[at]!,
    read: () => readBlob(sha256),
    async hold() {
      const { path, release } = await blobStore().toLocalFile(sha256);
      return { path, sizeBytes: (await stat(path)).size, close: release };
    },
  }));
  return { found, remarks: [] };
}

/**
 * Files of several archives form one tree as long as no path is in two of them or beside them; else each archive is a folder
 * of the tree. The parts (shards) into which large sets are split are told apart by nothing but their names.
 */
function mergeTrees(
  plain: readonly SourceFile[],
  containers: readonly Container[],
): { files: SourceFile[]; twice: { path: string; archive: string }[] } {
  const twice: { path: string; archive: string }[] = [];
  const own = containers.map(({ path: archive, files }) => {
    const byPath = new Map<string, SourceFile>();
    for (const file of files) {
      if (byPath.has(file.path)) twice.push({ path: file.path, archive });
      else byPath.set(file.path, file);
    }
    return { archive, files: [...byPath.values()] };
  });
  const count = own.reduce((sum, { files }) => sum + files.length, plain.length);
  const distinct = new Set(plain.map(({ path }) => path));
  for (const { files } of own) for (const { path } of files) distinct.add(path);
  const isOneTree = distinct.size === count;
  // The rows of a Parquet file stay together, in their order: they are read by groups.
  const placed: { file: SourceFile; place: string; row: number }[] = [];
  for (const file of plain) placed.push({ file, place: file.path, row: 0 });
  for (const { archive, files } of own) {
    files.forEach((file, row) => {
      const path = isOneTree ? file.path : `${archive}/${file.path}`;
      placed.push({ file: { ...file, path }, place: isParquetName(archive) ? archive : path, row });
    });
  }
  const order = new Intl.Collator("en", { numeric: true });
  placed.sort(
    (a, b) => order.compare(a.place, b.place) || a.row - b.row || (a.file.path < b.file.path ? -1 : 1),
  );
  return { files: placed.map(({ file }) => file), twice };
}

function refusal(file: string, message: string, remedy: string): ImportRemark {
  return { file, kind: "unreadable", message, remedy, refused: true };
}
