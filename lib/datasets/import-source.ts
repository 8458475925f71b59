/** The files that an import reads, whether they are in a folder of the server or were uploaded. */
import { env } from "@/lib/env";
import { SemblanceError } from "@/lib/errors";
import type { FileAccess } from "@/lib/platform/server-files/file-access";
import { readOpenFile } from "@/lib/platform/server-files/open-file";
import { blobStore, readBlob } from "@/lib/platform/storage/store-blob";
import { isHiddenPath, toRelativePath, withoutCommonFolder } from "./file-names";
import type { ImportFiles } from "./import-files";
import { listFolder } from "./list-folder";
import type { SourceFile } from "./pair-captions";

/**
 * Files by path, in natural order ("dog-2" before "dog-10"), subfolders included; hidden ones are passed over.
 *
 * @param access to a folder of the server
 * @returns `unreadable`: subfolders that cannot be opened, and links that lead nowhere; `outside`: links that lead to what
 *   may not be read
 * @throws SemblanceError `not_found` or `invalid_input` naming the folder
 */
export async function listImportFiles(
  source: ImportFiles,
  access: FileAccess,
): Promise<{ files: SourceFile[]; unreadable: readonly string[]; outside: readonly string[] }> {
  const { files, unreadable, outside } =
    source.kind === "folder" ? await listServerFolder(source.path, access) : listUploads(source.files);
  const order = new Intl.Collator("en", { numeric: true });
  return {
    files: files.sort((a, b) => order.compare(a.path, b.path) || (a.path < b.path ? -1 : 1)),
    unreadable,
    outside,
  };
}

async function listServerFolder(path: string, access: FileAccess) {
  const { files, unreadable, outside } = await listFolder(path, access);
  const mostBytes = largestImageBytes();
  return {
    files: files.map((file) => ({
      path: file.path,
      read: () => readOpenFile(file.absolutePath, { access, name: file.path, mostBytes }),
    })),
    unreadable,
    outside,
  };
}

/** The same paths as if the chosen folder lay on the server. */
function listUploads(uploads: { name: string; sha256: string }[]) {
  const paths = uploads.map(({ name }) => toRelativePath(name));
  const shown = uploads
    .map(({ sha256 }, at) => ({ path: paths[at]!, sha256 }))
    .filter(({ path }) => !isHiddenPath(path));
  const relative = withoutCommonFolder(shown.map(({ path }) => path));
  return {
    files: shown.map(({ sha256 }, at) => ({ path: relative[at]!, read: () => readBlob(sha256) })),
    unreadable: [],
    outside: [],
  };
}

/** No format takes more than 8 bytes for a pixel; beside the pixels there may be a colour profile and other data. */
function largestImageBytes(): number {
  return 16e6 + 8 * env().largestImagePixels;
}

/** @throws SemblanceError `not_found` naming the first upload that never arrived */
export async function checkUploads(files: { name: string; sha256: string }[]): Promise<void> {
  for (const { name, sha256 } of files) {
    if (await blobStore().has(sha256)) continue;
    throw new SemblanceError("not_found", `The upload of ${name} is missing.`, {
      remedy: "Upload the files again.",
      details: { field: "files" },
    });
  }
}
