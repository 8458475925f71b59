/** The files that an import reads, whether they lie in a folder of the server or were uploaded. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { SemblanceError } from "@/lib/errors";
import type { JobPayload } from "@/lib/jobs/definitions";
import { blobStore, readBlob } from "@/lib/storage/store-blob";

export type ImportFile = {
  name: string;
  read(): Promise<Buffer>;
};

/**
 * Files by name, in natural order ("dog-2" before "dog-10"). Hidden files are passed over, folders too.
 *
 * @throws SemblanceError `not_found` or `invalid_input` naming the folder
 */
export async function listImportFiles(source: JobPayload<"import-dataset">["source"]): Promise<ImportFile[]> {
  const files = source.kind === "folder" ? await listFolder(source.path) : listUploads(source.files);
  const order = new Intl.Collator("en", { numeric: true });
  return files
    .filter(({ name }) => !name.startsWith("."))
    .sort((a, b) => order.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

/** @throws SemblanceError where `path` is no folder that can be read */
export async function checkFolder(path: string): Promise<void> {
  try {
    if (!(await stat(path)).isDirectory()) {
      throw new SemblanceError("invalid_input", `${path} is a file, not a folder.`, {
        remedy: "Give the folder that holds the pictures and their captions.",
        details: { field: "path" },
      });
    }
    await readdir(path);
  } catch (error) {
    if (error instanceof SemblanceError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new SemblanceError(
      missing ? "not_found" : "invalid_input",
      missing ? `There is no folder ${path} on this machine.` : `The folder ${path} cannot be read.`,
      {
        remedy: missing
          ? "Check the path: it is looked up on the machine where Semblance runs, not in your browser."
          : "Give the user that runs Semblance the right to read it.",
        details: { field: "path" },
        cause: error,
      },
    );
  }
}

async function listFolder(path: string): Promise<ImportFile[]> {
  await checkFolder(path);
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => ({ name, read: () => readFile(join(path, name)) }));
}

function listUploads(files: { name: string; sha256: string }[]): ImportFile[] {
  // Browsers name the files of a chosen folder with its path.
  return files.map(({ name, sha256 }) => ({
    name: basename(name.replaceAll("\\", "/")),
    read: () => readBlob(sha256),
  }));
}

/** @throws SemblanceError `not_found` naming the first upload that never arrived */
export async function checkUploads(files: { name: string; sha256: string }[]): Promise<void> {
  for (const { name, sha256 } of files) {
    if (await blobStore().has(sha256)) continue;
    throw new SemblanceError("not_found", `The upload of ${name} is not here.`, {
      remedy: "Upload the files again.",
      details: { field: "files" },
    });
  }
}
